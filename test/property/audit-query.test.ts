import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AuditLog } from '../../src/audit/audit-log.js';
import { auditEventTypes, type AuditEvent } from '../../src/audit/event.js';
import { FacetCounter } from '../../src/audit/facets.js';
import { comparePositions, type AuditPage, type AuditQuery } from '../../src/audit/query.js';
import { recordId, type AuditRecord } from '../../src/audit/record.js';
import { outcomeOf, TimelineCounter } from '../../src/audit/timeline.js';
import { LogFolder } from '../fixtures/audit/open-log.js';

const word = (...words: string[]): fc.Arbitrary<string> => fc.constantFrom(...words);
const anyText = fc.oneof(word('', 'Quarterly Report', 'a "quoted" part\n', 'ÉTÉ', 'K', 'k', '100%_!', '[redacted]', '\\'), fc.string({ maxLength: 20, unit: 'binary' }));
const anyEvent: fc.Arbitrary<AuditEvent> = fc.record(
  {
    type: fc.constantFrom(...auditEventTypes), sessionId: word('s1', 's2', 's3', ''), agent: word('assistant', 'reviewer'), tool: word('file_read', 'shell_execute', 'web_fetch'),
    decision: word('policy', 'grant', 'allow-once', 'deny'), rule: word('path.outside', 'path', 'url.host'), arguments: anyText, result: anyText,
  },
  { requiredKeys: ['type', 'sessionId'] },
);

/** What windows do, one after the other: append with a clock that goes by so much, fold, or end and begin anew. */
const anyStep = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('append' as const), window: fc.nat(2), tick: fc.integer({ min: -3, max: 5 }), events: fc.array(anyEvent, { minLength: 1, maxLength: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fold' as const), window: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const), window: fc.nat(2) }) },
);
const anyQuery: fc.Arbitrary<AuditQuery> = fc.record(
  {
    sessionId: word('s1', 's2', ''), agent: word('assistant', 'nobody'), tool: word('file_read', 'web_fetch'), decision: word('policy', 'deny'), rule: word('path.outside', 'path'),
    types: fc.subarray([...auditEventTypes], { maxLength: 6 }), text: anyText, from: fc.integer({ min: 990, max: 1_030 }), to: fc.integer({ min: 990, max: 1_060 }),
  },
  { requiredKeys: [] },
);

function matches(record: AuditRecord, query: AuditQuery): boolean {
  const { sessionId, agent, tool, decision, rule, types, text, from = -Infinity, to = Infinity } = query;
  const same = (asked: string | undefined, has: string | undefined): boolean => asked === undefined || asked === has;
  if (![same(sessionId, record.sessionId), same(agent, record.agent), same(tool, record.tool), same(decision, record.decision), same(rule, record.rule)].every(Boolean)) return false;
  if (types && !types.includes(record.type)) return false;
  if (record.at < from || record.at >= to) return false;
  const fields = [record.type, record.sessionId, record.agent, record.callId, record.tool, record.arguments, record.rule, record.reason, record.decision, record.result, record.error];
  const folded = (each: string): string => each.replaceAll(/[a-z]/g, (one) => one.toUpperCase());
  // Letters beyond ASCII have their own test; here no text differs from another by their case alone.
  return text === undefined || fields.some((each) => each !== undefined && folded(each).includes(folded(text)));
}

async function pagesOf(log: AuditLog, query: AuditQuery, limit: number): Promise<AuditRecord[]> {
  const records: AuditRecord[] = [];
  for (let page: AuditPage | undefined = await log.page({ ...query, limit }); page; page = page.next && (await log.page({ ...query, limit, before: page.next }))) records.push(...page.records);
  return records;
}

test('pages, timeline, facets and single records are those of a plain list of all events', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 4, maxLength: 25 }), fc.array(anyQuery, { minLength: 3, maxLength: 3 }), fc.integer({ min: 1, max: 9 }), async (steps, queries, limit) => {
      const logs = new LogFolder();
      let time = 1_000;
      const all: AuditRecord[] = [];
      const open = async (window: number): Promise<AuditLog> => {
        const log = await logs.open({ windowId: `w${window}`, now: () => time, limits: { journalEvents: 7, segmentEvents: 20, journalsToFold: 1_000, anchorDelay: 10_000 } });
        log.onAppended((record) => all.push(record));
        return log;
      };
      try {
        const windows = await Promise.all([0, 1, 2].map(open));
        for (const step of steps) {
          const log = windows[step.window]!;
          if (step.do === 'append') {
            time += step.tick;
            await Promise.all(step.events.map((each) => log.append(each)));
          } else if (step.do === 'fold') await log.fold();
          else {
            await log.dispose();
            windows[step.window] = await open(step.window);
          }
        }
        const newest = [...all].sort((a, b) => comparePositions(b, a));
        const [log] = windows;
        for (const query of [{}, ...queries]) {
          const expected = newest.filter((each) => matches(each, query));
          expect((await pagesOf(log!, query, limit)).map(recordId)).toEqual(expected.map(recordId));
          const counter = new TimelineCounter(995, 1_055, 7);
          for (const each of expected) counter.add(each.at, outcomeOf(each));
          expect(await log!.timeline(query, { from: 995, to: 1_055, buckets: 7 })).toEqual(counter.end());
          expect((await log!.timeline(query, { buckets: 3 })).total.events).toBe(expected.length);
        }
        const facets = new FacetCounter();
        for (const each of all) facets.addRecord(each);
        expect(await log!.facets()).toEqual(facets.end());
        for (const each of newest.slice(0, 5)) expect(await log!.record(recordId(each))).toEqual(each);
        expect(logs.problems).toEqual([]);
      } finally {
        await logs.dispose();
      }
    }),
    { numRuns: 25 },
  );
});
