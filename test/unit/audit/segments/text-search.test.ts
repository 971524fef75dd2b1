import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditQuery } from '../../../../src/audit/query.js';
import type { AuditLog } from '../../../../src/audit/audit-log.js';
import { recordId, type AuditRecord } from '../../../../src/audit/record.js';
import { event, LogFolder } from '../../../fixtures/audit/open-log.js';

const events = 7_000;
let logs: LogFolder;
let log: AuditLog;
let all: AuditRecord[];

/** One in two has a text, one in 90, one in 1,000, and a few long ones that go on over several pages of the file. */
const resultOf = (n: number): string => [n % 2 === 0 ? 'every second' : '', n % 90 === 7 ? 'Now And Then' : '', n % 1_000 === 500 ? 'grüße' : ''].join(' ');
const argumentsOf = (n: number): string => (n % 1_700 === 3 ? `${'x'.repeat(9_000 + n)} at the very end ${'y'.repeat(8_000)}` : `{"n":${n}}`);

beforeEach(async () => {
  logs = new LogFolder();
  let time = 1_000;
  log = await logs.open({ now: () => (time += 1) });
  all = [];
  log.onAppended((record) => all.unshift(record));
  for (let n = 0; n < events; n += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, each) => log.append(event(n + each, { arguments: argumentsOf(n + each), result: resultOf(n + each), tool: each % 3 === 0 ? 'web_fetch' : 'file_read' }))));
  }
  await log.fold();
}, 60_000);
afterEach(() => logs.dispose());

/** All pages of what is asked for. */
async function found(query: AuditQuery): Promise<string[]> {
  const ids: string[] = [];
  for (let before: Parameters<AuditLog['page']>[0] = {}; ; ) {
    const { records, next } = await log.page({ ...query, ...before });
    ids.push(...records.map(recordId));
    if (!next) return ids;
    before = { before: next };
  }
}

const idsOf = (records: readonly AuditRecord[]): string[] => records.map(recordId);
const has = (text: string) => ({ result = '', arguments: given = '' }: AuditRecord): boolean => `${result} ${given}`.toLowerCase().includes(text.toLowerCase());

test('a text is found however frequent it is, over all pages, with other filters and in any stretch of time', { timeout: 60_000 }, async () => {
  for (const text of ['EVERY second', 'now and then', 'Grüße', 'at the very end', 'nowhere']) {
    expect(await found({ text }), text).toEqual(idsOf(all.filter(has(text))));
    expect(await found({ text, tool: 'web_fetch' }), text).toEqual(idsOf(all.filter((each) => each.tool === 'web_fetch' && has(text)(each))));
    expect(await found({ text, from: 2_000, to: 6_500 }), text).toEqual(idsOf(all.filter((each) => each.at >= 2_000 && each.at < 6_500 && has(text)(each))));
  }
  expect(all.filter(has('at the very end')).length).toBeGreaterThan(3);
});

test('a text is counted over time as it is found', { timeout: 60_000 }, async () => {
  const { total } = await log.timeline({ text: 'now and then' }, { buckets: 3 });
  expect(total.events).toBe(all.filter(has('now and then')).length);
});
