import { FacetCounter, facetFields, facetNames, type AuditFacets, type FacetName } from '../facets.js';
import type { Pace } from '../pace.js';
import type { AuditQuery } from '../query.js';
import { decodeLine, type AuditRecord } from '../record.js';
import { hasCode } from '../storage/durable-file.js';
import { outcomeOf, TimelineCounter, type Timeline, type TimelineSpan } from '../timeline.js';
import { wantedWords } from './catalog.js';
import type { JournalFileReader } from './journal-file-reader.js';
import { matcherOf } from '../query.js';
import { scan, scanSome } from './scan.js';
import type { WordKind } from './schema.js';
import { SegmentCorrupt, type Segment } from './segment.js';
import type { SegmentFile } from './segment-name.js';
import { countsOf, waysOf } from './selection.js';
import { Moved, settled, takeSnapshot, type ReadOptions, type Snapshot } from './snapshot.js';

/** Counts the events that match, over time. What is in segments is counted by their index; its lines aren't read. */
export async function countTimeline(options: ReadOptions, query: AuditQuery, span: TimelineSpan, pace: Pace): Promise<Timeline> {
  if (query.text !== undefined) return countOneByOne(options, query, span, pace);
  const from = span.from ?? query.from ?? (await endOf(options, query, 'oldest', pace));
  const to = span.to ?? query.to ?? ((await endOf(options, query, 'newest', pace)) ?? -1) + 1;
  if (from === undefined) return new TimelineCounter(0, 0, 1).none();
  const wanted = wantedWords(query);
  const within = { ...query, from: Math.max(from, query.from ?? from), to: Math.min(to, query.to ?? to) };
  return settled(async () => {
    const counter = new TimelineCounter(from, to, span.buckets);
    await overSnapshot(options, pace, {
      segments: ({ earliest, latest }) => latest >= within.from && earliest < within.to,
      segment: async (segment) => {
        const catalog = await options.pool.catalog(segment.file);
        const filters = segment.filters(catalog, wanted);
        const first = Math.max(within.from, segment.file.earliest);
        const last = Math.min(within.to, segment.file.latest + 1);
        for (const way of filters ? waysOf(filters) : []) {
          for (let start = first; start < last; start = counter.endOfBucket(start)) {
            const [counts = []] = segment.rows(countsOf(way, start, Math.min(last, counter.endOfBucket(start))));
            counter.addMany(start, counts.map(Number));
            if (pace.isDue) await pace.breathe();
          }
        }
      },
      record: (record) => counter.add(record.at, outcomeOf(record)),
      query: within,
    });
    return counter.end();
  });
}

/** What there is to filter by, over the whole log. */
export function countFacets(options: ReadOptions, pace: Pace): Promise<AuditFacets> {
  return settled(async () => {
    const counter = new FacetCounter();
    await overSnapshot(options, pace, {
      segments: () => true,
      segment: async (segment) => {
        const { from, to, earliest, latest } = segment.file;
        counter.addEvents(to - from + 1, earliest, latest);
        for (const [kind, word, events, first, last] of segment.rows({ sql: 'SELECT kind, word, events, earliest, latest FROM words', values: [] })) {
          const facet = facetOfKind.get(kind as WordKind);
          if (facet) counter.addValue(facet, String(word), Number(events));
          else counter.addSession({ sessionId: String(word), events: Number(events), earliest: Number(first), latest: Number(last) });
          if (pace.isDue) await pace.breathe();
        }
      },
      record: (record) => counter.addRecord(record),
      query: {},
    });
    return counter.end();
  });
}

const facetOfKind: ReadonlyMap<WordKind, FacetName> = new Map(facetNames.map((name) => [facetFields[name], name]));

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
      for (const line of snapshot.journals.find(({ name }) => name === journal)?.search({}, 'oldest') ?? []) {
        if (found) return found;
        // The number alone is far quicker to look for than to decode each line.
        if (line?.includes(`"seq":${seq},`)) take(line);
        if (pace.isDue) await pace.breathe();
      }
      for (const file of [...snapshot.segments].reverse()) {
        if (found) return found;
        await within(options, file, async (segment) => take(segment.line(journal, seq)));
        if (pace.isDue) await pace.breathe();
      }
      return found;
    } finally {
      snapshot.close();
    }
  });
}

interface Visitor {
  readonly segments: (file: SegmentFile) => boolean;
  readonly segment: (segment: Segment) => Promise<void>;
  /** An event of a journal that is in no segment, and that matches the query. */
  readonly record: (record: AuditRecord) => void;
  readonly query: AuditQuery;
}

/** Each event once: by segments, and one by one in the journals that aren't folded. Rejects with `Moved`: begin again then. */
async function overSnapshot(options: ReadOptions, pace: Pace, visitor: Visitor): Promise<void> {
  const snapshot = await takeSnapshot(options);
  try {
    for (const file of snapshot.segments.filter(visitor.segments)) {
      await within(options, file, visitor.segment);
      if (pace.isDue) await pace.breathe();
    }
    for (const journal of snapshot.journals) if (!(await isFolded(options, journal, snapshot))) await overJournal(options, journal, pace, visitor);
  } finally {
    snapshot.close();
  }
}

async function overJournal({ key, onBad }: ReadOptions, journal: JournalFileReader, pace: Pace, { query, record }: Visitor): Promise<void> {
  const matches = matcherOf(query);
  for (const line of journal.search(query, 'oldest')) {
    if (pace.isDue) await pace.breathe();
    if (line === undefined) continue;
    const decoded = line === null ? undefined : decodeLine(key, line);
    if (decoded?.state === 'newer') continue;
    if (decoded?.state !== 'good' || decoded.record.journal !== journal.name) await onBad(journal.file, 'journal');
    else if (matches(decoded.record)) record(decoded.record);
  }
}

/** True for a journal that a segment holds already: its file is about to be removed. */
async function isFolded(options: ReadOptions, journal: JournalFileReader, { segments }: Snapshot): Promise<boolean> {
  const times = journal.times();
  if (!times) return true;
  let found = false;
  for (const file of segments) {
    if (file.latest < times.earliest || file.earliest > times.latest) continue;
    await within(options, file, async (segment) => {
      const [row] = segment.rows({ sql: 'SELECT 1 FROM journals WHERE name = ?', values: [journal.name] });
      found ||= row !== undefined;
    });
  }
  return found;
}

/** Leaves out what is broken, and tells of it. */
async function within({ pool, onBad }: ReadOptions, file: SegmentFile, work: (segment: Segment) => Promise<void>): Promise<void> {
  try {
    const segment = await pool.acquire(file);
    try {
      await work(segment);
    } finally {
      pool.release(segment);
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) throw new Moved();
    if (!(error instanceof SegmentCorrupt)) throw error;
    await onBad(file.file, 'segment');
  }
}

/** The time of the first or last event that matches. */
async function endOf(options: ReadOptions, query: AuditQuery, order: 'newest' | 'oldest', pace: Pace): Promise<number | undefined> {
  const [first] = await scanSome({ ...options, query, order, pace }, 1);
  return first?.at;
}

/** A text isn't in the index: every event that has it is read. Memory holds two numbers for each. */
async function countOneByOne(options: ReadOptions, query: AuditQuery, span: TimelineSpan, pace: Pace): Promise<Timeline> {
  const found: (readonly [at: number, outcome: ReturnType<typeof outcomeOf>])[] = [];
  const from = Math.max(query.from ?? -Infinity, span.from ?? -Infinity);
  const to = Math.min(query.to ?? Infinity, span.to ?? Infinity);
  const bounds = { ...(Number.isFinite(from) && { from }), ...(Number.isFinite(to) && { to }) };
  for await (const record of scan({ ...options, query: { ...query, ...bounds }, order: 'oldest', pace })) found.push([record.at, outcomeOf(record)]);
  const first = span.from ?? query.from ?? found[0]?.[0];
  if (first === undefined) return new TimelineCounter(0, 0, 1).none();
  const counter = new TimelineCounter(first, span.to ?? query.to ?? (found.at(-1)?.[0] ?? -1) + 1, span.buckets);
  for (const [at, outcome] of found) counter.add(at, outcome);
  return counter.end();
}
