import path from 'node:path';
import { AxonError } from '../errors.js';
import type { PathChecker } from '../policy/path/path-check.js';
import { nodePathFs } from '../policy/path/path-fs.js';
import { type PathStyle, formatAbsolute, parseAbsolute } from '../policy/path/path-style.js';
import { realRoots, rootOf } from '../policy/path/real-roots.js';
import type { PathOperation } from '../policy/subject.js';
import { touchedPath, type TouchedPath } from '../policy/touches.js';
import type { Documents } from '../ports/documents.js';
import type { Roots } from '../ports/roots.js';
import { visibleLine } from '../visible.js';

/** Where the guard let a path lead. */
export interface Place {
  /** As the guard names it; can be handed in again. */
  readonly relative: string;
  /** The same for messages. */
  readonly shown: string;
  /** Real path of the workspace folder, and the names below it. */
  readonly root: string;
  readonly names: readonly string[];
  /** The guard had no objection, so a further hard link was not seen. */
  readonly plain: boolean;
  /** The same as rules see it. */
  readonly touched: TouchedPath;
  /** Absolute paths by which an editor may know the file. */
  readonly spellings: readonly string[];
}

export interface PlaceContext {
  readonly guard: PathChecker;
  readonly roots: Roots;
  readonly style: PathStyle;
}

/** Asks the guard, every time. Rejects with `denied`, naming the rule. */
export async function findPlace(text: string, operation: PathOperation, { guard, roots, style }: PlaceContext): Promise<Place> {
  const check = await guard.check(text, operation);
  const { verdict, reason, rule, next } = check.decision;
  const touched = touchedPath(check, operation);
  if (verdict === 'deny' || !touched) throw new AxonError('denied', `${reason} (${rule})`, next);
  const real = parseAbsolute(style, touched.resolved);
  const known = realRoots(roots, nodePathFs, style);
  const root = real && rootOf(style, known, real);
  if (!root) throw new AxonError('denied', 'The folder was closed meanwhile. (path.outside-workspace)', 'Use a path in an open folder.');
  const names = real.segments.slice(root.real.segments.length);
  const given = formatAbsolute(style, { root: root.given.root, segments: [...root.given.segments, ...names] });
  const written = path.resolve(formatAbsolute(style, root.given), text);
  return {
    relative: touched.relative,
    shown: visibleLine(touched.relative).slice(0, 200),
    root: formatAbsolute(style, root.real),
    names,
    plain: verdict === 'allow',
    touched,
    spellings: [...new Set([touched.resolved, given, written])],
  };
}

export function dirtyText(place: Place, documents: Documents): string | undefined {
  for (const spelling of place.spellings) {
    const text = documents.dirtyText(spelling);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The folder a file lies in, and its name there. A workspace folder itself is no file. */
export function folderAndName(place: Place): { folder: { root: string; names: readonly string[]; shown: string }; name: string } {
  const name = place.names.at(-1);
  if (name === undefined) throw new AxonError('not-text', `${place.shown} is a folder.`, 'Use file_list to see what is in it.');
  return { folder: { root: place.root, names: place.names.slice(0, -1), shown: place.shown }, name };
}
