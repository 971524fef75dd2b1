import type { SearchResult } from '../ports/files.js';
import type { Place } from './place.js';
import { readIfThere } from './read-text.js';
import { decode, linesOf } from './text-encoding.js';

type Match = SearchResult['matches'][number];

export interface Confirming {
  /** The guard's place for reading a file of the result; undefined when it would not simply be read. */
  readonly find: (path: string) => Promise<Place | undefined>;
  readonly anchored: boolean;
}

/**
 * Reads every matching line again through the guarded handle. ripgrep opens files by name, so a folder could be swapped
 * under it; what is returned comes from files that the guard let through, or not at all.
 */
export async function confirmMatches(matches: readonly Match[], { find, anchored }: Confirming): Promise<{ matches: Match[]; leftOut: number }> {
  const files = new Map<string, readonly string[]>();
  let leftOut = 0;
  for (const path of new Set(matches.map((match) => match.path))) {
    const place = await find(path);
    if (!place) leftOut++;
    const bytes = place && (await readIfThere(place, anchored).catch(() => undefined));
    files.set(path, bytes ? looseLines(bytes) : []);
  }
  const confirmed = matches.filter((match) => files.get(match.path)?.[match.line - 1] === match.text);
  return { matches: confirmed, leftOut };
}

/** Text that isn't UTF-8 throughout still has lines to search. */
function looseLines(bytes: Buffer): readonly string[] {
  try {
    return linesOf(decode(bytes, '').text);
  } catch {
    return linesOf(bytes.toString('utf8'));
  }
}
