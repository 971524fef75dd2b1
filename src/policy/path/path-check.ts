import type { Decision } from '../decision.js';
import type { PathOperation } from '../subject.js';

/** What the path guard found out about one path. The command guard sends path-like words through the same check. */
export interface PathCheck {
  readonly decision: Decision;
  /** Absolute real path, links resolved as far as the path exists; absent when denied. */
  readonly resolved?: string;
  /** Relative to the workspace folder, forward slashes; `.` for the folder itself; absent when denied. */
  readonly relative?: string;
}

export interface PathChecker {
  /**
   * Never throws. `base` is the absolute folder that a relative path starts from; default the first workspace folder.
   */
  check(path: string, operation: PathOperation, options?: { base?: string }): Promise<PathCheck>;
}
