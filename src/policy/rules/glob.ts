import { expandBraces } from './expand-braces.js';
import { lastKept } from './last-kept.js';

/**
 * A path pattern, compiled: `*` and `?` within one name, `**` for any number of folders, `[a-z]`, `[!a-z]`, `{a,b}`, and a
 * backslash in front of a character that would mean one of these. Names that begin with a dot are names like any other.
 * As in an ignore file, a pattern without a slash matches at any depth, and one that ends in a slash means the folder and
 * all below. It takes time in proportion to the pattern and the path: rules come from strangers, too.
 */
export interface Glob {
  /** How many patterns it is once its braces are written out. */
  readonly alternatives: number;
  /** The pattern stands for exactly this name. A pattern that ends in a folder's `**` stands for the folder, too. */
  matches(name: string): boolean;
  /** The same for the name or a folder above it. */
  matchesAbove(name: string): boolean;
  /** The same, or for something that could lie below. */
  matchesBelow(name: string): boolean;
}

export type CompiledGlob = { readonly ok: true; readonly glob: Glob } | { readonly ok: false; readonly problem: string };

type Part = { readonly star: true } | { readonly one: (character: string) => boolean };
interface Name {
  readonly text: string;
  readonly characters: readonly string[];
}
/** `text`: the whole name, where nothing in it stands for anything else. */
type Step = 'folders' | { readonly text: string } | { readonly parts: readonly Part[] };

/** Names have forward slashes and are relative; `.` is the folder that the pattern starts from. */
export function compileGlob(pattern: string): CompiledGlob {
  const expanded = expandBraces(pattern);
  if (!expanded.ok) return expanded;
  const alternatives: (readonly Step[])[] = [];
  for (const each of expanded.patterns) {
    const steps = stepsOf(each);
    if (typeof steps === 'string') return { ok: false, problem: steps };
    alternatives.push(steps);
  }
  const some = (name: string, test: (walk: Walk) => boolean): boolean => {
    const names = namesIn(name);
    return alternatives.some((steps) => !leadsNowhere(steps, names) && test(walkAlong(steps, names)));
  };
  return {
    ok: true,
    glob: {
      alternatives: alternatives.length,
      matches: (name) => some(name, (walk) => walk.atEnd),
      matchesAbove: (name) => some(name, (walk) => walk.onTheWay),
      matchesBelow: (name) => some(name, (walk) => walk.onTheWay || walk.couldGoOn),
    },
  };
}

/** One name is asked of all globs, one after the other. */
const namesIn = lastKept((name): readonly Name[] => (name === '.' ? [] : name.split('/').map((text) => ({ text, characters: Array.from(text) }))));

/** True when the first name already is another one: most globs of a long list end here. */
function leadsNowhere([first]: readonly Step[], [name]: readonly Name[]): boolean {
  return first !== undefined && name !== undefined && first !== 'folders' && 'text' in first && first.text !== name.text;
}

function stepsOf(pattern: string): readonly Step[] | string {
  if (pattern.startsWith('/') || /^[A-Za-z]:/.test(pattern)) return 'Paths are relative to the workspace folder: leave out the “/” in front.';
  if (pattern.startsWith('!')) return 'A pattern can’t be turned around with “!”: write what is meant.';
  if (/[@!+*?]\(/.test(pattern)) return 'Patterns like “+(…)” are not read: use “*”, “?”, “[…]” or “{a,b}”.';
  if (/\\(?![[\]{}*?!])/.test(pattern)) return 'Write forward slashes; a backslash only goes in front of * ? [ ] { } !';
  const whole = pattern.endsWith('/');
  const names = (whole ? pattern.slice(0, -1) : pattern).split('/');
  const steps: Step[] = names.length === 1 && names[0] !== '**' ? ['folders'] : [];
  for (const name of names) {
    if (name === '' || name === '.' || name === '..') return `“${name}” is no name: write the path from the workspace folder, without “.”, “..” or double slashes.`;
    if (name === '**') {
      if (steps.at(-1) !== 'folders') steps.push('folders');
      continue;
    }
    if (name.includes('**')) return '“**” stands alone between slashes.';
    const parts = partsOf(name);
    if (typeof parts === 'string') return parts;
    steps.push(/[*?[\\]/.test(name) ? { parts } : { text: name });
  }
  return whole ? [...steps, 'folders'] : steps;
}

function partsOf(name: string): readonly Part[] | string {
  const parts: Part[] = [];
  const characters = Array.from(name);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === '*') parts.push({ star: true });
    else if (character === '?') parts.push({ one: () => true });
    else if (character === '[') {
      const end = characters.indexOf(']', at + 1);
      const one = end === -1 ? undefined : classOf(characters.slice(at + 1, end));
      if (!one) return 'A “[” opens a list of characters such as [a-z]; for the bracket itself write “\\[”.';
      parts.push({ one });
      at = end;
    } else {
      const literal = character === '\\' ? (characters[++at] ?? '') : character;
      parts.push({ one: (given) => given === literal });
    }
  }
  return parts;
}

function classOf(characters: readonly string[]): ((character: string) => boolean) | undefined {
  const inverted = characters[0] === '!' || characters[0] === '^';
  const listed = inverted ? characters.slice(1) : characters;
  const ranges: { from: number; to: number }[] = [];
  for (let at = 0; at < listed.length; at++) {
    const from = code(listed[at]);
    if (listed[at] === '\\' || listed[at] === '[') return undefined;
    const isRange = listed[at + 1] === '-' && at + 2 < listed.length;
    const to = isRange ? code(listed[at + 2]) : from;
    if (to < from) return undefined;
    ranges.push({ from, to });
    if (isRange) at += 2;
  }
  if (ranges.length === 0) return undefined;
  return (character) => ranges.some(({ from, to }) => code(character) >= from && code(character) <= to) !== inverted;
}

const code = (character: string | undefined): number => character?.codePointAt(0) ?? 0;

interface Walk {
  /** The pattern stands for the whole name. */
  readonly atEnd: boolean;
  /** It stands for the name or a folder above it. */
  readonly onTheWay: boolean;
  /** Some longer name would do. */
  readonly couldGoOn: boolean;
}

/** Follows all readings of the pattern at once, name by name. */
function walkAlong(steps: readonly Step[], names: readonly Name[]): Walk {
  let at = withoutFolders(steps, [0]);
  let onTheWay = at.includes(steps.length);
  for (const name of names) {
    const next: number[] = [];
    for (const index of at) {
      const step = steps[index];
      if (step === 'folders') next.push(index);
      else if (step && ('text' in step ? step.text === name.text : fits(step.parts, name.characters))) next.push(index + 1);
    }
    at = withoutFolders(steps, next);
    if (at.includes(steps.length)) onTheWay = true;
    if (at.length === 0) break;
  }
  return { atEnd: at.includes(steps.length), onTheWay, couldGoOn: at.some((index) => index < steps.length) };
}

/** `**` may stand for nothing. The indexes come and go in ascending order, each once. */
function withoutFolders(steps: readonly Step[], indexes: readonly number[]): readonly number[] {
  const all: number[] = [];
  for (let index of indexes) {
    if (index > (all.at(-1) ?? -1)) all.push(index);
    while (steps[index] === 'folders') if (++index > (all.at(-1) ?? -1)) all.push(index);
  }
  return all;
}

/** One name: on a mismatch, the last star takes one character more. What an earlier star took never has to change. */
function fits(parts: readonly Part[], name: readonly string[]): boolean {
  let [part, at, star, from] = [0, 0, -1, 0];
  while (at < name.length) {
    const current = parts[part];
    if (current && 'star' in current) {
      star = part++;
      from = at;
    } else if (current?.one(name[at] ?? '')) {
      part++;
      at++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++from;
    } else return false;
  }
  while (part < parts.length && 'star' in (parts[part] ?? {})) part++;
  return part === parts.length;
}
