const isFlag = (word: string): boolean => word.length > 1 && word.startsWith('-');

/** Takes its goals in any order, and any number of them: `make all deploy` deploys, too. */
const anyOrder = new Set(['make']);

/**
 * True when a command begins with the words of a rule that tightens: `*` is any one word, flags may stand in between (and
 * one word after each, which may be its value), and the rule's own flags may stand anywhere, with their value in the same
 * word or the next. `npm -s run -w app deploy` begins with `npm run deploy`, `make CI=1 deploy` with `make deploy`;
 * `git commit -m push` does not begin with `git push`.
 */
export function beginsWith(command: readonly string[], rule: readonly string[]): boolean {
  const given = apart(command);
  return spellingsOf(apart(rule)).some((wanted) => beginsWithWords(given, wanted));
}

/** Words that say the same in two ways. */
const synonyms: readonly (readonly [readonly string[], readonly string[]])[] = [[['npm', 'test'], ['npm', 'run', 'test']]];

function spellingsOf(rule: readonly string[]): readonly (readonly string[])[] {
  const others = synonyms.flatMap(([one, other]) => [[one, other] as const, [other, one] as const]);
  return [rule, ...others.flatMap(([from, to]) => (from.every((word, at) => rule[at] === word) ? [[...to, ...rule.slice(from.length)]] : []))];
}

function beginsWithWords(given: readonly string[], wanted: readonly string[]): boolean {
  if (!wanted.every((word) => !isFlag(word) || given.some((each, at) => at > 0 && holdsFlag(each, word)))) return false;
  const words = wanted.filter((word, at) => !isFlag(word) && !isValueOf(wanted[at - 1], word, given));
  if (anyOrder.has(words[0] ?? '')) return words[0] === given[0] && words.slice(1).every((word) => (word === '*' ? given.length > 1 : given.includes(word, 1)));
  return standInOrder(words, given);
}

/** `--env=prod` says what `--env prod` says. */
function apart(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => {
    const at = word.indexOf('=');
    return word.startsWith('--') && at > 2 ? [word.slice(0, at), word.slice(at + 1)] : [word];
  });
}

/** A word of the rule that the command holds right behind the flag in front of it. Where the two stand says nothing then. */
function isValueOf(flag: string | undefined, word: string, command: readonly string[]): boolean {
  if (flag === undefined || !isFlag(flag)) return false;
  return command.some((each, at) => (each === flag && command[at + 1] === word) || (/^-[^-]$/.test(flag) && (each === flag + word || each === `${flag}=${word}`)));
}

function standInOrder(words: readonly string[], command: readonly string[]): boolean {
  let at = new Set([0]);
  for (const wanted of words) {
    const next = new Set<number>();
    // A set can grow while it is walked along; what is added is reached, too.
    for (const index of at) {
      const word = command[index];
      if (word === undefined) continue;
      if (wanted === '*' || wanted === word) next.add(index + 1);
      if (isFlag(word)) at.add(index + 1).add(index + 2);
      else if (index > 0 && isAssignment(word)) at.add(index + 1);
    }
    if (next.size === 0) return false;
    at = next;
  }
  return true;
}

/** `CI=1`: it sets something, and is no word of its own. */
const isAssignment = (word: string): boolean => /^[A-Za-z_]\w*[?:+]?=/.test(word);

/** `--force`; of short ones also with their value, or in a cluster, `-xf`. */
function holdsFlag(word: string, flag: string): boolean {
  if (word === flag || word.startsWith(`${flag}=`)) return true;
  return /^-[^-]$/.test(flag) && /^-[^-]/.test(word) && word.includes(flag.charAt(1));
}

/** True when a command is exactly the words of a rule that allows; `*` is any one word that is no flag. */
export function isExactly(command: readonly string[], rule: readonly string[]): boolean {
  return command.length === rule.length && rule.every((wanted, at) => wanted === command[at] || (wanted === '*' && !command[at]?.startsWith('-')));
}
