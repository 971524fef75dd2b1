import type { SqlJsStatic } from 'sql.js';
import type { Pace } from '../pace.js';
import { Segment } from '../segments/segment.js';
import { segmentHashOf, type SegmentFile } from '../segments/segment-name.js';
import { openPlain } from '../storage/plain-file.js';

export interface SegmentLines {
  /** The keyed hash over span and content is that of the name: no byte of the file has changed. */
  readonly authentic: boolean;
  readonly bytes: number;
  /** In the order of their positions; throws where the file can't be read as a segment. The caller closes in the end. */
  readonly lines: () => Generator<string, void, undefined>;
  readonly close: () => void;
}

/** `undefined`: not a plain file. `missing`: nothing of that name. Rejects with `cancelled` or the file system's error. */
export async function openSegmentLines(sqlite: () => Promise<SqlJsStatic>, key: Uint8Array, segment: SegmentFile, pace: Pace): Promise<SegmentLines | 'missing' | undefined> {
  const handle = await openPlain(segment.file);
  if (handle === undefined || handle === 'missing') return handle;
  const bytes = (await handle.stat()).size;
  await handle.close();
  const authentic = (await segmentHashOf(key, segment, segment.file, pace)) === segment.hash;
  const loaded = await sqlite();
  let open: Segment | undefined;
  return {
    authentic,
    bytes,
    lines: () => (open = Segment.openUnchecked(loaded, segment)).lines(),
    close: () => {
      open?.close();
    },
  };
}

