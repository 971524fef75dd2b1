import path from 'node:path';
import type { Database, SqlJsStatic } from 'sql.js';
import type { Pace } from '../pace.js';
import { openPlain } from '../storage/plain-file.js';
import { SegmentCorrupt } from './segment.js';
import { segmentHasher, type SegmentFile } from './segment-name.js';

/** Bytes: far more than any segment has. Who blew a file up beyond that must not fill the memory with it. */
const longest = 256 * 1024 * 1024;
const chunkBytes = 256 * 1024;

/**
 * A segment whose every byte was checked, and is held in memory from then on: what is written into its file meanwhile
 * changes nothing of what is read here. It is for what relies on a segment so far that other files leave the disk.
 */
export class WholeSegment {
  private constructor(
    readonly file: SegmentFile,
    private readonly database: Database,
  ) {}

  /** Rejects with `SegmentCorrupt` where there isn't what was written, with `cancelled`, and with the file system's error. */
  static async open({ Database }: SqlJsStatic, key: Uint8Array, file: SegmentFile, pace: Pace): Promise<WholeSegment> {
    return new WholeSegment(file, new Database(await checkedBytes(key, file, pace)));
  }

  /** Lines in the order they were folded; those of one journal where it is told. */
  *lines(journal?: string): Generator<string, void, undefined> {
    const ofJournal = 'JOIN facts USING (position) JOIN journals ON journals.id = facts.journal WHERE journals.name = ?';
    const statement = this.database.prepare(`SELECT line FROM events ${journal === undefined ? '' : ofJournal} ORDER BY position`);
    try {
      if (journal !== undefined) statement.bind([journal]);
      while (statement.step()) yield String(statement.get()[0]);
    } finally {
      statement.free();
    }
  }

  /** The journals in it, and how far each goes. */
  journals(): Map<string, number> {
    const [found] = this.database.exec('SELECT name, last FROM journals ORDER BY id');
    return new Map(found?.values.map(([name, last]) => [String(name), Number(last)]));
  }

  /** Twice is harmless. */
  close(): void {
    this.database.close();
  }
}

/** What is hashed is what is given: it is read once. */
async function checkedBytes(key: Uint8Array, file: SegmentFile, pace: Pace): Promise<Uint8Array> {
  const corrupt = (): SegmentCorrupt => new SegmentCorrupt(path.basename(file.file));
  const handle = await openPlain(file.file);
  if (handle === undefined || handle === 'missing') throw corrupt();
  try {
    const { size } = await handle.stat();
    if (size > longest) throw corrupt();
    const bytes = Buffer.alloc(size);
    const hasher = segmentHasher(key, file);
    for (let done = 0; done < size; ) {
      const { bytesRead } = await handle.read(bytes, done, Math.min(chunkBytes, size - done), done);
      if (bytesRead === 0) throw corrupt();
      hasher.add(bytes.subarray(done, done + bytesRead));
      done += bytesRead;
      if (pace.isDue) await pace.breathe();
    }
    if (hasher.end() !== file.hash) throw corrupt();
    return bytes;
  } finally {
    await handle.close();
  }
}
