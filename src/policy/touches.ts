import type { PathOperation } from './subject.js';

/** One path that a call touches, located: links resolved, relative to its workspace folder. */
export interface TouchedPath {
  /** Absolute and real, as far as the path exists. */
  readonly resolved: string;
  /** As the path guard names it: forward slashes, `.` for the folder itself, with several folders open the folder's name in front. */
  readonly relative: string;
  readonly operation: PathOperation;
  /** The call also reads what lies below it, at any depth, without naming it (`rg`, `git diff`). */
  readonly walks: boolean;
}

/** What a call touches, as the guards understood it. Rules are matched against this, never against the text of the arguments. */
export interface Touches {
  /** The words of the command, for a command that the guard could read. */
  readonly words?: readonly string[];
  readonly paths: readonly TouchedPath[];
  /** In ASCII and lower case, without a dot at the end, with the port where it isn't the usual one. */
  readonly hosts: readonly string[];
}
