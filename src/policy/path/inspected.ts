import type { Decision } from '../decision.js';
import type { PathEntry } from './path-fs.js';
import type { AbsolutePath } from './path-style.js';
import type { RealRoot, RealRoots } from './real-roots.js';

/** What is known about a path that was not refused. */
export interface Inspected {
  readonly decision: Decision;
  readonly path: AbsolutePath;
  readonly entry: PathEntry | undefined;
  readonly root: RealRoot;
  readonly roots: RealRoots;
  readonly relative: string;
  /** The path for a sentence; with both names where a link was followed. */
  readonly shown: string;
  /** As it was written, `..` worked out, no link resolved. */
  readonly written: AbsolutePath;
}
