import path from 'node:path';

/** Where things lie in the audit folder. */
export interface Layout {
  readonly folder: string;
  readonly journals: string;
  readonly segments: string;
  /** What was found broken; never read for queries, never deleted. */
  readonly aside: string;
  readonly lock: string;
}

export function layoutOf(folder: string): Layout {
  return {
    folder,
    journals: path.join(folder, 'journals'),
    segments: path.join(folder, 'segments'),
    aside: path.join(folder, 'aside'),
    lock: path.join(folder, 'lock'),
  };
}
