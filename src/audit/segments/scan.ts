import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { hasCode, namesIn, orMissing } from '../storage/durable-file.js';
import { parseJournalFile } from '../journal/journal-name.js';
import type { Layout } from '../storage/layout.js';
import { splitLines } from '../storage/lines.js';
import { comparePositions, matchesQuery, type AuditPosition, type AuditQuery } from '../query.js';
import { decodeLine, type AuditRecord } from '../record.js';
import { Segment, SegmentCorrupt } from './segment.js';
import { listSegments, segmentsInForce, type SegmentFile } from './segment-name.js';
import type { LoadSqlite } from './sqlite.js';

export interface ScanOptions {
  readonly layout: Layout;
  readonly key: Uint8Array;
  readonly sqlite: LoadSqlite;
  /** Told of a file that isn't what was written; the scan goes on without what is wrong in it. True: it was moved away. */
  readonly onBad: (file: string, kind: 'journal' | 'segment') => Promise<boolean>;
}

export type Order = 'newest' | 'oldest';

/** A file was taken away between listing and reading: list again. */
class Moved extends Error {
  override readonly name = 'Moved';
}

const mostAttempts = 50;

/**
 * All events that match, in order of time, from `beyond` on. Windows may append and fold meanwhile: each event comes
 * exactly once. Memory holds the unfolded journals and those segments whose times overlap, not the history.
 */
export async function* scan(options: ScanOptions, query: AuditQuery, order: Order, beyond?: AuditPosition): AsyncGenerator<AuditRecord, void, undefined> {
  let position = beyond;
  let attempts = 0;
  for (;;) {
    try {
      for await (const record of scanOnce(options, query, order, position)) {
        position = record;
        attempts = 0;
        yield record;
      }
      return;
    } catch (error) {
      attempts += 1;
      if (!(error instanceof Moved) || attempts > mostAttempts) throw error;
    }
  }
}

interface Stream {
  head: AuditRecord;
  readonly rest: Iterator<AuditRecord, void, undefined>;
}

async function* scanOnce(options: ScanOptions, query: AuditQuery, order: Order, beyond: AuditPosition | undefined): AsyncGenerator<AuditRecord, void, undefined> {
  const sign = order === 'newest' ? -1 : 1;
  const compare = (a: AuditPosition, b: AuditPosition): number => sign * comparePositions(a, b);
  const wanted = (record: AuditRecord): boolean => matchesQuery(record, query) && (beyond === undefined || compare(record, beyond) > 0);
  const streams: Stream[] = [];
  const start = (records: Iterator<AuditRecord, void, undefined>): void => {
    const first = records.next();
    if (!first.done) streams.push({ head: first.value, rest: records });
  };
  try {
    // Journals are listed before segments: one that is folded in between is then seen twice, never missed.
    const journals = await listJournals(options.layout);
    const segments = await segmentsFor(options.layout, query, order, beyond);
    for (const file of journals) start((await readJournal(file, options)).filter(wanted).sort(compare)[Symbol.iterator]());
    let last: AuditPosition | undefined;
    for (;;) {
      let best = first(streams, compare);
      for (let next = segments[0]; next && (!best || mayHoldEarlier(next, best.head, order)); next = segments[0]) {
        segments.shift();
        const segment = await openSegment(next, options);
        if (!segment) continue;
        start(matching(segment, segment.search(query, order, beyond), wanted));
        best = first(streams, compare);
      }
      if (!best) return;
      const record = best.head;
      const following = best.rest.next();
      if (following.done) streams.splice(streams.indexOf(best), 1);
      else best.head = following.value;
      if (last && comparePositions(last, record) === 0) continue;
      last = record;
      yield record;
    }
  } finally {
    for (const each of streams) each.rest.return?.();
  }
}

function first(streams: readonly Stream[], compare: (a: AuditPosition, b: AuditPosition) => number): Stream | undefined {
  let best: Stream | undefined;
  for (const each of streams) if (!best || compare(each.head, best.head) < 0) best = each;
  return best;
}

const mayHoldEarlier = (segment: SegmentFile, record: AuditPosition, order: Order): boolean =>
  order === 'newest' ? segment.latest >= record.at : segment.earliest <= record.at;

async function segmentsFor(layout: Layout, query: AuditQuery, order: Order, beyond: AuditPosition | undefined): Promise<SegmentFile[]> {
  const { inForce } = segmentsInForce(await listSegments(layout.segments));
  const from = Math.max(query.from ?? -Infinity, order === 'oldest' ? (beyond?.at ?? -Infinity) : -Infinity);
  const to = Math.min(query.to ?? Infinity, order === 'newest' ? (beyond?.at ?? Infinity) : Infinity);
  const segments = inForce.filter((each) => each.latest >= from && each.earliest <= to);
  return segments.sort((a, b) => (order === 'newest' ? b.latest - a.latest : a.earliest - b.earliest));
}

async function listJournals(layout: Layout): Promise<string[]> {
  const names = await namesIn(layout.journals);
  return names.filter((name) => parseJournalFile(name)).map((name) => path.join(layout.journals, name));
}

async function readJournal(file: string, { key, onBad }: ScanOptions): Promise<AuditRecord[]> {
  const bytes = await orMissing(readFile(file));
  if (!bytes) throw new Moved();
  const records: AuditRecord[] = [];
  let bad = false;
  const journal = parseJournalFile(path.basename(file))?.journal.name;
  for (const line of splitLines(bytes).lines) {
    const decoded = line === undefined ? undefined : decodeLine(key, line);
    if (decoded?.state === 'good' && decoded.record.journal === journal) records.push(decoded.record);
    else bad ||= decoded?.state !== 'newer';
  }
  if (bad) await onBad(file, 'journal');
  return records;
}

async function openSegment(file: SegmentFile, { sqlite, key, onBad }: ScanOptions): Promise<Segment | undefined> {
  try {
    return await Segment.open(await sqlite(), key, file);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) throw new Moved();
    if (!(error instanceof SegmentCorrupt)) throw error;
    // Its name may have stood before true ones: look again without it.
    if (await onBad(file.file, 'segment')) throw new Moved();
    return undefined;
  }
}

/** Closes the segment when it is through, or given up. */
function* matching(segment: Segment, lines: Iterable<string>, wanted: (record: AuditRecord) => boolean): Generator<AuditRecord, void, undefined> {
  try {
    for (const line of lines) {
      // The segment's keyed hash was checked when it was opened, so the line is one that we wrote.
      const record = JSON.parse(line) as AuditRecord;
      if (wanted(record)) yield record;
    }
  } finally {
    segment.close();
  }
}
