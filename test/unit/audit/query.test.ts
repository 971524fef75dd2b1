import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditLog } from '../../../src/audit/audit-log.js';
import { recordId } from '../../../src/audit/record.js';
import { event, LogFolder } from '../../fixtures/audit/open-log.js';

let logs: LogFolder;
let time: number;
let log: AuditLog;
beforeEach(async () => {
  logs = new LogFolder();
  time = 1_000;
  log = await logs.open({ now: () => time });
});
afterEach(() => logs.dispose());

/** One call of each outcome, a hundred milliseconds apart, the first half of them folded. */
async function someCalls(): Promise<void> {
  const answers = [
    { type: 'tool_approved', decision: 'policy' },
    { type: 'tool_approved', decision: 'allow-once', agent: 'researcher' },
    { type: 'tool_rejected', decision: 'timeout', sessionId: 's2' },
    { type: 'tool_denied', rule: 'path.outside', sessionId: 's2' },
    { type: 'tool_failed', tool: 'web_fetch', sessionId: 's2' },
    { type: 'tool_approved', decision: 'grant', sessionId: 's3' },
  ] as const;
  for (const [n, answer] of answers.entries()) {
    time = 1_000 + n * 100;
    await log.append(event(n, answer));
    if (n === 2) await log.fold();
  }
}

test('events are found by their rule, folded or not', async () => {
  await log.append(event(1, { type: 'tool_denied', rule: 'path.outside' }));
  await log.append(event(2, { type: 'tool_denied', rule: 'path.outside-too' }));
  await log.fold();
  await log.append(event(3, { type: 'tool_denied', rule: 'path.outside' }));
  expect((await log.page({ rule: 'path.outside' })).records.map((each) => each.callId).sort()).toEqual(['c1', 'c3']);
});

test('a record is found by its id, folded or not, and nothing by any other id', async () => {
  await someCalls();
  const { records } = await log.page();
  expect(records).toHaveLength(6);
  for (const each of records) expect(await log.record(recordId(each))).toEqual(each);
  const journal = records[0]!.journal;
  for (const id of ['', '1', `${journal}.99`, `${journal}.1.1`, `${journal}.01`, journal, '.1', `${journal}.1; DROP TABLE events`]) expect(await log.record(id)).toBeUndefined();
});

describe('the timeline', () => {
  test('counts the answers to calls by outcome, and every event', async () => {
    await someCalls();
    const { buckets, total } = await log.timeline({}, { buckets: 3 });
    expect(total).toEqual({ auto: 2, approved: 1, rejected: 1, denied: 1, failed: 1, events: 6 });
    expect(buckets).toEqual([
      { from: 1_000, to: 1_167, auto: 1, approved: 1, rejected: 0, denied: 0, failed: 0, events: 2 },
      { from: 1_167, to: 1_334, auto: 0, approved: 0, rejected: 1, denied: 1, failed: 0, events: 2 },
      { from: 1_334, to: 1_501, auto: 1, approved: 0, rejected: 0, denied: 0, failed: 1, events: 2 },
    ]);
  });

  test('counts what the query asks for, in the time that is told', async () => {
    await someCalls();
    const { buckets } = await log.timeline({ sessionId: 's2' }, { from: 1_200, to: 1_400, buckets: 2 });
    expect(buckets.map(({ from, to, events }) => [from, to, events])).toEqual([[1_200, 1_300, 1], [1_300, 1_400, 1]]);
    expect((await log.timeline({ from: 1_100, to: 1_300 }, { buckets: 1 })).buckets).toMatchObject([{ from: 1_100, to: 1_300, events: 2 }]);
  });

  test('has empty buckets where nothing happened, and none when nothing matches and no time is told', async () => {
    expect(await log.timeline({}, { buckets: 10 })).toMatchObject({ buckets: [], total: { events: 0 } });
    expect((await log.timeline({}, { from: 0, to: 100, buckets: 10 })).buckets).toHaveLength(10);
  });

  test('never has more than a thousand buckets, nor a bucket without length', async () => {
    await someCalls();
    expect((await log.timeline({}, { from: 0, to: 1e12, buckets: 1e9 })).buckets).toHaveLength(1_000);
    expect((await log.timeline({}, { from: 1_000, to: 1_003, buckets: 100 })).buckets.map((each) => each.from)).toEqual([1_000, 1_001, 1_002]);
    expect((await log.timeline({}, { from: 500, to: 100, buckets: 5 })).buckets).toHaveLength(1);
  });
});

test('facets are the values there are with their counts, the newest sessions, and the ends of the log', async () => {
  await someCalls();
  expect(await log.facets()).toEqual({
    tools: [{ value: 'file_read', events: 5 }, { value: 'web_fetch', events: 1 }],
    agents: [{ value: 'researcher', events: 1 }],
    rules: [{ value: 'path.outside', events: 1 }],
    decisions: [{ value: 'allow-once', events: 1 }, { value: 'grant', events: 1 }, { value: 'policy', events: 1 }, { value: 'timeout', events: 1 }],
    types: [{ value: 'tool_approved', events: 3 }, { value: 'tool_denied', events: 1 }, { value: 'tool_failed', events: 1 }, { value: 'tool_rejected', events: 1 }],
    sessions: [
      { sessionId: 's3', events: 1, earliest: 1_500, latest: 1_500 },
      { sessionId: 's2', events: 3, earliest: 1_200, latest: 1_400 },
      { sessionId: 's1', events: 2, earliest: 1_000, latest: 1_100 },
    ],
    events: 6,
    earliest: 1_000,
    latest: 1_500,
  });
});

test('an empty log has empty facets', async () => {
  expect(await log.facets()).toEqual({ tools: [], agents: [], rules: [], decisions: [], types: [], sessions: [], events: 0 });
});

test('every look at the log can be stopped', async () => {
  await log.append(event(1));
  const stopped = AbortSignal.abort();
  for (const look of [log.page({}, stopped), log.record('x.1', stopped), log.timeline({}, { buckets: 1 }, stopped), log.facets(stopped)]) {
    await expect(look).rejects.toMatchObject({ code: 'cancelled' });
  }
});
