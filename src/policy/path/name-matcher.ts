import { foldName } from './fold-name.js';

/** How a path matched: letter by letter, or only as another spelling (`.GIT`, `.g\u200cit`) of a listed name. */
export interface NameMatch<T> {
  readonly entry: T;
  readonly pattern: string;
  readonly exact: boolean;
}

interface Rule<T> {
  readonly entry: T;
  readonly pattern: string;
  readonly exact: RegExp;
  readonly folded: RegExp;
}

/**
 * Finds the first entry with a pattern that one of the paths matches, at any depth; one that matches letter by letter
 * comes first. In a pattern `*` stands for any part of one name, and `/**` at the end for the folder and all below.
 * Paths have forward slashes. Spellings are folded on every platform: a folder can lie on a file system that folds, on
 * Linux too. Nothing is compiled before the first question, a path that no list knows costs one expression, and the
 * answers for the last paths are kept: the same few are asked about again and again.
 */
export function createNameMatcher<T extends { readonly patterns: readonly string[] }>(entries: readonly T[]): (paths: readonly string[]) => NameMatch<T> | undefined {
  let any: RegExp | undefined;
  let rules: readonly Rule<T>[] | undefined;
  const known = new Map<string, NameMatch<T> | undefined>();

  function find(paths: readonly string[]): NameMatch<T> | undefined {
    any ??= expression(entries.flatMap((entry) => entry.patterns.map(foldName)));
    const folded = [...new Set(paths.map(foldName))].filter((path) => any?.test(path));
    if (folded.length === 0) return undefined;
    rules ??= entries.flatMap((entry) =>
      entry.patterns.map((pattern) => ({ entry, pattern, exact: expression([pattern]), folded: expression([foldName(pattern)]) })),
    );
    const hits = rules.filter((rule) => folded.some((path) => rule.folded.test(path)));
    const literal = hits.find((rule) => paths.some((path) => rule.exact.test(path)));
    const hit = literal ?? hits[0];
    return hit && { entry: hit.entry, pattern: hit.pattern, exact: literal !== undefined };
  }

  return (paths) => {
    // No path holds NUL.
    const key = paths.join('\0');
    if (known.has(key)) return known.get(key);
    if (known.size >= mostKnown) known.clear();
    const match = find(paths);
    known.set(key, match);
    return match;
  };
}

const mostKnown = 500;

function expression(patterns: readonly string[]): RegExp {
  const sources = patterns.map((pattern) => {
    const whole = pattern.endsWith('/**');
    const name = (whole ? pattern.slice(0, -3) : pattern).replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
    return whole ? `${name}(?:/.*)?` : name;
  });
  return new RegExp(`(?:^|/)(?:${sources.join('|')})$`, 's');
}
