import type { CommandEntry } from '../../src/policy/command/entry.js';
import { resolveEntry, type FlagGroups } from '../../src/policy/command/resolve-entry.js';
import type { ValueKind } from '../../src/policy/command/value-kind.js';
import { whitelist } from '../../src/policy/command/whitelist.js';
import list from '../../src/policy/command/whitelist.json';
import { mutate } from './mutate.js';
import type { Random } from './random.js';
import { seeds } from './seeds.js';
import { nasty, names, numbers, paths, pathspecs, revisions, secretObject, texts } from './words.js';

export interface Case {
  readonly command: string;
  readonly cwd: string;
}

const entries = whitelist.map((data) => resolveEntry(data, list.flags as FlagGroups));
const folders = ['.', '.', '.', '.', 'src', 'deep/er', 'vendor/lib', 'bare.git', 'link-out', '..', 'My Folder'];

/**
 * One command to try. Most are near to something that the guard lets through: a fuzzer whose inputs are all refused
 * proves nothing. `secrets`: ids of objects of the prepared repository that hold secrets.
 */
export function generate(random: Random, secrets: readonly string[]): Case {
  const id = random.pick(secrets);
  return { command: text(random).replaceAll(secretObject.short, id.slice(0, 8)).replaceAll(secretObject.whole, id), cwd: random.pick(folders) };
}

function text(random: Random): string {
  const kind = random.below(100);
  if (kind < 55) return mutate(fromEntry(random), random, random.chance(0.6) ? 0 : 1 + random.below(2));
  if (kind < 72) return mutate(random.pick(seeds.matching), random, random.below(4));
  if (kind < 82) return mutate(random.pick(seeds.permitted), random, random.below(3));
  if (kind < 90) return mutate(random.pick(seeds.attacks), random, random.below(4));
  if (kind < 97) return mutate(random.pick(seeds.notMatching), random, 1 + random.below(3));
  return `${random.pick(whitelist).words.join(' ')} ${random.several(12, nasty).join('')}`;
}

/** A command of an entry's own flags and of words that fit, or nearly. */
function fromEntry(random: Random): string {
  const entry = random.pick(entries);
  const words: string[] = [];
  for (let left = random.below(4); left > 0; left--) words.push(...flag(entry, random));
  const positionals = positionalsOf(entry, random);
  const sometimesBehind = random.chance(0.2) ? [...positionals, ...words] : [...words, ...positionals];
  return [...entry.data.words, ...sometimesBehind.map((word) => quote(word, random))].join(random.chance(0.97) ? ' ' : random.pick(['  ', '\t', ' \t ']));
}

function flag({ flags }: CommandEntry, random: Random): readonly string[] {
  const all = [...flags].map(([name, { kind }]) => ({ name, kind }));
  const [switches, valued] = [all.filter(({ kind }) => !kind), all.filter(({ kind }) => kind)];
  if (valued.length > 0 && (switches.length === 0 || random.chance(0.35))) {
    const { name, kind } = random.pick(valued);
    const value = wordFor(kind, random);
    return random.chance(0.6) ? [name.startsWith('--') ? `${name}=${value}` : `${name}${value}`] : [name, value];
  }
  if (switches.length === 0) return [];
  const letters = switches.filter(({ name }) => /^-\w$/.test(name));
  if (letters.length > 1 && random.chance(0.3)) return [`-${random.several(3, letters).map(({ name }) => name.slice(1)).join('')}`];
  return [random.pick(switches).name];
}

function positionalsOf({ data, first, positional, afterDashes }: CommandEntry, random: Random): readonly string[] {
  const words: string[] = [];
  if (first) words.push(wordFor(first.kind, random));
  const wanted = Math.max(data.atLeast ?? 0, random.below(3));
  if (positional) while (words.length < wanted) words.push(wordFor(positional, random));
  if (random.chance(0.15)) words.push('--', ...(afterDashes ? random.several(2, [...paths, ...pathspecs]) : []));
  return words;
}

/** Mostly a word of the wanted kind, told by what it is called; now and then any. */
function wordFor(kind: ValueKind | undefined, random: Random): string {
  const called = kind?.called ?? '';
  if (random.chance(0.1)) return random.pick(random.pick([paths, revisions, pathspecs, texts, numbers, names, nasty]));
  if (/number|key/.test(called)) return random.pick(numbers);
  const one = /^one of (.*)$/.exec(called)?.[1];
  if (one !== undefined) return random.pick(one.split(', '));
  if (called.includes('revision')) return random.pick(random.chance(0.7) ? revisions : paths);
  if (called.includes('pattern')) return random.pick(random.chance(0.5) ? pathspecs : paths);
  if (/path|file|folder|package/.test(called)) return random.pick(paths);
  if (/text|format/.test(called)) return random.pick(texts);
  return random.pick(random.chance(0.7) ? names : texts);
}

/** One of the ways to write a word, each of which a shell reads as that word. */
export function quote(word: string, random: Random): string {
  const isPlain = /^[\w%+,./:@^-][\w%+,./:@^=-]*$/.test(word);
  const way = random.below(100);
  if (isPlain && way < 80) return word;
  if (way < 88 || word === '') return `'${word.replaceAll("'", `'\\''`)}'`;
  if (way < 95 || word.includes('\n')) return `"${word.replaceAll(/["\\$`]/g, '\\$&')}"`;
  if (way < 98) return word.replaceAll(/[^\w./-]/gu, '\\$&');
  const at = random.below(word.length);
  return `${quote(word.slice(0, at), random)}${quote(word.slice(at), random)}`;
}
