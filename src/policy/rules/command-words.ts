const isFlag = (word: string): boolean => word.length > 1 && word.startsWith('-');

/**
 * True when a command begins with the words of a rule that tightens: `*` is any one word, flags may stand in between (and
 * one word after each, which may be its value), and the rule's own flags may stand anywhere. `npm -s run -w app deploy`
 * begins with `npm run deploy`; `git commit -m push` does not begin with `git push`.
 */
export function beginsWith(command: readonly string[], rule: readonly string[]): boolean {
  if (!rule.filter(isFlag).every((flag) => command.some((word, at) => at > 0 && holdsFlag(word, flag)))) return false;
  let at = new Set([0]);
  for (const wanted of rule.filter((word) => !isFlag(word))) {
    const next = new Set<number>();
    // A set can grow while it is walked along; what is added is reached, too.
    for (const index of at) {
      const word = command[index];
      if (word === undefined) continue;
      if (wanted === '*' || wanted === word) next.add(index + 1);
      if (isFlag(word)) at.add(index + 1).add(index + 2);
    }
    if (next.size === 0) return false;
    at = next;
  }
  return true;
}

/** `--force` and `--force=yes`; of short ones also in a cluster, `-xf`. */
function holdsFlag(word: string, flag: string): boolean {
  if (word === flag || word.startsWith(`${flag}=`)) return true;
  return /^-[^-]$/.test(flag) && /^-[^-]/.test(word) && word.includes(flag.charAt(1));
}

/** True when a command is exactly the words of a rule that allows; `*` is any one word that is no flag. */
export function isExactly(command: readonly string[], rule: readonly string[]): boolean {
  return command.length === rule.length && rule.every((wanted, at) => wanted === command[at] || (wanted === '*' && !command[at]?.startsWith('-')));
}
