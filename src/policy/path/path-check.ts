import type { Decision } from '../decision.js';
import type { PathOperation } from '../subject.js';
import type { PathNames } from '../touches.js';

/** What the path guard found out about one path. The command guard sends path-like words through the same check. */
export interface PathCheck {
  /**
   * The guard's own verdict. `allow` means that it has no objection, not that nobody is asked: whether reading and
   * writing ask is decided by the guard's `decide`.
   */
  readonly decision: Decision;
  /** Absolute real path, links resolved as far as the path exists; absent when denied. */
  readonly resolved?: string;
  /**
   * Relative to the workspace folder, forward slashes; `.` for the folder itself; absent when denied. With several
   * folders open it starts with the folder's name, so that it means the same when it is handed in again.
   */
  readonly relative?: string;
  /** What lies there; absent when nothing does, or when denied. */
  readonly kind?: 'file' | 'folder' | 'special';
  /** What the path is called in each open folder that it lies in; absent when denied. */
  readonly names?: PathNames;
  /**
   * What rules of the user or the workspace say besides, when they ask: the decision stays the guard's own. Absent from
   * a checker that knows no rules; when they deny, the decision is theirs.
   */
  readonly byRule?: Decision;
}

export interface PathCheckOptions {
  /** The absolute folder that a relative path starts from; default the first workspace folder. */
  readonly base?: string;
  /** The path must also stay inside `base`, as an entry of an archive must. */
  readonly confine?: boolean;
  /** False: configuration that can run code is refused instead of asked about. Default true. */
  readonly mayConfigure?: boolean;
}

export interface PathChecker {
  /** Never throws, changes nothing, and never follows a link out of the workspace to look. */
  check(path: string, operation: PathOperation, options?: PathCheckOptions): Promise<PathCheck>;
}
