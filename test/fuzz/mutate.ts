import type { Random } from './random.js';
import { allFlags, seeds } from './seeds.js';
import { nasty, paths, programs, revisions, texts } from './words.js';

type Mutation = (command: string, random: Random) => string;

/** Changes a command so many times. What comes out may be anything. */
export function mutate(command: string, random: Random, times: number): string {
  let changed = command;
  for (let left = times; left > 0; left--) changed = random.pick(mutations)(changed, random);
  return changed.slice(0, 12_000);
}

const mutations: readonly Mutation[] = [
  // Characters.
  (command, random) => splice(command, random.below(command.length + 1), 0, random.pick(nasty)),
  (command, random) => splice(command, random.below(command.length), 1, ''),
  (command, random) => splice(command, random.below(command.length), 1, random.pick(nasty)),
  (command, random) => {
    const at = random.below(command.length);
    return splice(command, at, 0, command.slice(at, at + 1 + random.below(4)).repeat(1 + random.below(3)));
  },
  (command, random) => {
    const at = random.below(command.length);
    const letter = command.charAt(at);
    return splice(command, at, 1, letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase());
  },
  // Words.
  (command, random) => inWords(command, (words) => words.toSpliced(random.below(words.length), 1)),
  (command, random) => inWords(command, (words) => words.toSpliced(random.below(words.length + 1), 0, random.pick(words))),
  (command, random) =>
    inWords(command, (words) => {
      const [from, to] = [random.below(words.length), random.below(words.length)];
      return words.with(from, words[to] ?? '').with(to, words[from] ?? '');
    }),
  (command, random) => inWords(command, (words) => words.toSpliced(1 + random.below(words.length), 0, random.pick(allFlags))),
  (command, random) => inWords(command, (words) => words.toSpliced(1 + random.below(words.length), 0, bare(random.pick(paths)))),
  (command, random) => inWords(command, (words) => words.toSpliced(1 + random.below(words.length), 0, bare(random.pick(revisions)))),
  (command, random) => inWords(command, (words) => words.toSpliced(1 + random.below(words.length), 0, `'${random.pick(texts).replaceAll("'", '')}'`)),
  (command, random) => inWords(command, (words) => words.toSpliced(1 + random.below(words.length), 0, random.pick(['--', '-', "''", '""', '-x', '--x=y', '--=', '-=']))),
  (command, random) => `${random.pick(programs)} ${command}`,
  // Parts of words.
  (command, random) => inOneWord(command, random, (word) => splice(word, random.below(word.length + 1), 0, random.pick(['=', ':', ',', '/', '../', '@', '~', '=/etc/passwd', ':.env', '/../.env']))),
  (command, random) => inOneWord(command, random, (word) => word.replace(/^(--?[\w-]+)=(.*)$/s, '$1 $2')),
  (command, random) => inOneWord(command, random, (word) => (word.startsWith('--') ? word.slice(0, Math.max(3, random.below(word.length))) : word)),
  (command, random) =>
    inOneWord(command, random, (word) => {
      const [from, to] = [random.below(word.length), random.below(word.length + 1)].toSorted((a, b) => a - b);
      const sign = random.pick(["'", '"']);
      return `${word.slice(0, from)}${sign}${word.slice(from, to)}${sign}${word.slice(to)}`;
    }),
  (command, random) => inOneWord(command, random, (word) => splice(word, random.below(word.length), 0, '\\')),
  // Two commands.
  (command, random) => `${command}${random.pick([';', '&', '&&', '|', '||', '\n', '\r', ' ', '\\\n', ' #', '|&'])}${random.pick(seeds.matching)}`,
  (command, random) => {
    const other = random.pick([...seeds.attacks, ...seeds.matching]);
    return command.slice(0, random.below(command.length + 1)) + other.slice(random.below(other.length));
  },
  // Sizes.
  (command, random) => command + random.pick([' x', '"', '(', '{', '$(', '\\', 'a', ' ']).repeat(random.below(400)),
];

function splice(text: string, at: number, remove: number, insert: string): string {
  return text.slice(0, at) + insert + text.slice(at + remove);
}

function inWords(command: string, change: (words: string[]) => readonly string[]): string {
  return change(command.split(' ')).join(' ');
}

function inOneWord(command: string, random: Random, change: (word: string) => string): string {
  return inWords(command, (words) => {
    const at = random.below(words.length);
    return words.with(at, change(words[at] ?? ''));
  });
}

function bare(word: string): string {
  return /^[\w./:@~^-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
