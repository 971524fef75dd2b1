import type { Pace } from '../pace.js';
import { decodeLine, type AuditRecord } from '../record.js';
import { withSegment } from './over-snapshot.js';
import { journalsToRead, settled, takeSnapshot, type ReadOptions } from './snapshot.js';

/** One event, by its journal and number there. */
export function findRecord(options: ReadOptions, journal: string, seq: number, pace: Pace): Promise<AuditRecord | undefined> {
  return settled(async () => {
    let found: AuditRecord | undefined;
    const take = (line: string | null | undefined): void => {
      const decoded = line ? decodeLine(options.key, line) : undefined;
      if (decoded?.state === 'good' && decoded.record.journal === journal && decoded.record.seq === seq) found = decoded.record;
    };
    const snapshot = await takeSnapshot(options);
    try {
      const journals = await journalsToRead(snapshot, options, pace);
      for (const line of journals.find(({ name }) => name === journal)?.search({}, 'oldest') ?? []) {
        if (found) return found;
        // The number alone is far quicker to look for than to decode each line.
        if (line?.includes(`"seq":${seq},`)) take(line);
        if (pace.isDue) await pace.breathe();
      }
      for (const file of [...snapshot.segments].reverse()) {
        if (found) return found;
        await withSegment(options, file, async (segment) => take(segment.line(journal, seq)));
        if (pace.isDue) await pace.breathe();
      }
      return found;
    } finally {
      snapshot.close();
    }
  });
}
