import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, readSync } from 'node:fs';
import path from 'node:path';
import { dataEndSync } from '../storage/data-end.js';
import { longestLine } from '../storage/line-reader.js';
import { openPlainSync } from '../storage/plain-file.js';
import { parseJournalFile } from '../journal/journal-name.js';
import type { AuditPosition, AuditQuery } from '../query.js';
import type { Order } from './selection.js';

const newline = 10;
const chunkBytes = 64 * 1024;

/**
 * A journal as it was when it was opened: what is appended later isn't seen, and it stays readable when its file gets
 * another name or none. Its lines are in order of time, so it is read from the end that is asked for, in pieces.
 */
export class JournalFileReader {
  readonly #size: number;
  #closed = false;

  private constructor(
    readonly file: string,
    readonly name: string,
    private readonly descriptor: number,
  ) {
    this.#size = dataEndSync(descriptor, fstatSync(descriptor).size);
  }

  /** `missing` when there is nothing of that name any more, `undefined` for what is no journal's file. Throws the file system's error. */
  static open(file: string): JournalFileReader | 'missing' | undefined {
    const name = parseJournalFile(path.basename(file))?.journal.name;
    if (name === undefined) return undefined;
    const descriptor = openPlainSync(file);
    return typeof descriptor === 'number' ? new JournalFileReader(file, name, descriptor) : descriptor;
  }

  /**
   * Whole lines that may match, in order, from `beyond` on; null for one that is not UTF-8, and `undefined` where the
   * caller may stop. A line that isn't whole yet is left out.
   */
  *search(query: AuditQuery, order: Order, beyond?: AuditPosition): Generator<string | null | undefined, void, undefined> {
    const needles = needlesOf(query);
    const from = order === 'oldest' ? Math.max(query.from ?? 0, beyond?.at ?? 0) : (query.from ?? 0);
    const until = order === 'newest' ? Math.min((query.to ?? Infinity) - 1, beyond?.at ?? Infinity) : (query.to ?? Infinity) - 1;
    for (const line of order === 'newest' ? this.#backwards() : this.#forwards()) {
      const at = line && timeOf(line);
      if (at !== undefined && (order === 'newest' ? at < from : at > until)) return;
      if (line === undefined || (at !== undefined && (at < from || at > until)) || !needles.every((each) => line.includes(each))) yield undefined;
      else yield isUtf8(line) ? line.toString('utf8') : null;
    }
  }

  /** Twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.descriptor);
  }

  *#forwards(): Generator<Buffer | undefined, void, undefined> {
    let held: Buffer = Buffer.alloc(0);
    for (let position = 0; position < this.#size; ) {
      const chunk = this.#read(position, Math.min(this.#size, position + chunkBytes));
      if (chunk.length === 0) return;
      position += chunk.length;
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      let start = 0;
      for (let end = held.indexOf(newline); end !== -1; end = held.indexOf(newline, start)) {
        yield held.subarray(start, end);
        start = end + 1;
      }
      held = held.subarray(start);
      if (held.length > longestLine) held = Buffer.alloc(0);
      yield undefined;
    }
  }

  *#backwards(): Generator<Buffer | undefined, void, undefined> {
    /** The start of what was read; nothing at first, for what follows the last newline isn't whole. */
    let held: Buffer | undefined;
    for (let position = this.#size; position > 0; ) {
      const start = Math.max(0, position - chunkBytes);
      const chunk = this.#read(start, position);
      position = start;
      let end = chunk.length;
      for (let at = chunk.lastIndexOf(newline, end - 1); at !== -1; at = end === 0 ? -1 : chunk.lastIndexOf(newline, end - 1)) {
        const line = chunk.subarray(at + 1, end);
        if (held) yield held.length === 0 ? line : Buffer.concat([line, held]);
        held = Buffer.alloc(0);
        end = at;
      }
      if (held) held = held.length + end > longestLine ? Buffer.alloc(0) : Buffer.concat([chunk.subarray(0, end), held]);
      yield undefined;
    }
    if (held) yield held;
  }

  #read(from: number, to: number): Buffer {
    const chunk = Buffer.allocUnsafe(to - from);
    let done = 0;
    while (done < chunk.length) {
      const count = readSync(this.descriptor, chunk, done, chunk.length - done, from + done);
      if (count === 0) break;
      done += count;
    }
    return chunk.subarray(0, done);
  }
}

/** Parts of a canonical line without which it can't match. A quote inside a text is escaped, so each can only be a field. */
function needlesOf({ sessionId, agent, tool, decision, rule, types }: AuditQuery): Buffer[] {
  const fields = { sessionId, agent, tool, decision, rule, type: types?.length === 1 ? types[0] : undefined };
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [Buffer.from(`"${name}":${JSON.stringify(value)}`)]));
}

const timeField = Buffer.from('"at":');

/** The time of a line, without reading it whole: no field before it in a canonical line can hold this. */
function timeOf(line: Buffer): number | undefined {
  const start = line.indexOf(timeField);
  if (start === -1) return undefined;
  const digits = /^\d{1,16}(?=[,}])/.exec(line.toString('latin1', start + timeField.length, start + timeField.length + 17))?.[0];
  return digits === undefined ? undefined : Number(digits);
}
