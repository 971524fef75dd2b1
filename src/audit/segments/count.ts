import { FacetCounter, facetFields, facetNames, type AuditFacets, type FacetName } from '../facets.js';
import type { Pace } from '../pace.js';
import type { AuditQuery } from '../query.js';
import { outcomeOf, TimelineCounter, type Timeline, type TimelineSpan } from '../timeline.js';
import { wantedWords } from './catalog.js';
import { overSnapshot } from './over-snapshot.js';
import { scan, scanSome } from './scan.js';
import type { WordKind } from './schema.js';
import { countsOf, waysOf } from './selection.js';
import { settled, type ReadOptions } from './snapshot.js';

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
