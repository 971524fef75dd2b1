import { readdirSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AuditLogOptions } from '../../../src/audit/audit-log.js';
import { recordId, type AuditRecord } from '../../../src/audit/record.js';
import type { VerifyFinding } from '../../../src/audit/verify/finding.js';
import type { VerifyReport } from '../../../src/audit/verify/report.js';
import { limits, toHostSchema, toPageSchema, type ToHost, type ToPage } from '../../../src/protocol/audit.js';
import { AuditPage, type AuditPageParts, type ReadableLog } from '../../../src/vscode/audit-page.js';
import { AuditCheck } from '../../../src/vscode/audit-check.js';
import { fillJournals, workOf } from '../../fixtures/audit/fill-log.js';
import { event, key, LogFolder } from '../../fixtures/audit/open-log.js';

const folders: LogFolder[] = [];
const pages: AuditPage[] = [];
afterEach(async () => {
  for (const page of pages.splice(0)) page.dispose();
  for (const folder of folders.splice(0)) await folder.dispose();
});

async function fixture(over: Partial<AuditPageParts> = {}, options: Partial<AuditLogOptions> = {}) {
  const folder = new LogFolder();
  folders.push(folder);
  const log = await folder.open(options);
  const sent: ToPage[] = [];
  const parts = {
    explain: vi.fn<AuditPageParts['explain']>(async () => undefined),
    copy: vi.fn<AuditPageParts['copy']>(async () => undefined),
    openConversation: vi.fn<AuditPageParts['openConversation']>(async () => undefined),
    exportMatching: vi.fn(async () => undefined),
    exportBundle: vi.fn(async () => undefined),
  };
  const page = new AuditPage({
    log: async () => log,
    // What the page would not understand never counts as sent.
    post: (message) => void sent.push(toPageSchema.parse(JSON.parse(JSON.stringify(message)))),
    check: new AuditCheck(() => 42),
    kept: () => undefined,
    keep: () => undefined,
    titles: async () => new Map([['s1', 'Fix the test']]),
    showLiveOutput: async () => undefined,
    visible: () => true,
    ...parts,
    ...over,
  });
  pages.push(page);
  const ask = async (message: ToHost): Promise<ToPage[]> => {
    const from = sent.length;
    await page.receive(toHostSchema.parse(message));
    return sent.slice(from);
  };
  const query = (filter = {}, number = 1): Promise<ToPage[]> => ask({ type: 'query', query: number, filter});
  const last = async (): Promise<AuditRecord> => (await log.page({ limit: 1 })).records[0]!;
  return { folder, log, sent, ask, query, last, page, ...parts };
}

const find = <T extends ToPage['type']>(messages: readonly ToPage[], type: T) => messages.find((each): each is Extract<ToPage, { type: T }> => each.type === type);

describe('the host of the audit page', () => {
  it('answers a question with the newest rows, what there is to filter by, and the calls over time', async () => {
    const f = await fixture();
    for (let n = 0; n < 3; n += 1) await f.log.append(event(n, { type: n === 2 ? 'tool_denied' : 'tool_executed', decision: 'policy' }));
    const answers = await f.query();
    expect(find(answers, 'list')).toMatchObject({ query: 1, total: 3, counted: true, rows: [{ about: 'a2.txt', type: 'tool_denied' }, { about: 'a1.txt' }, { about: 'a0.txt' }] });
    expect(find(answers, 'facets')?.facets).toMatchObject({ events: 3, tools: [{ value: 'file_read', events: 3 }], sessions: [{ id: 's1', title: 'Fix the test', events: 3 }] });
    expect(find(answers, 'timeline')?.total).toBe(3);
    expect(find(answers, 'timeline')?.buckets.reduce((sum, each) => sum + each.denied, 0)).toBe(1);
  });

  it('filters by each thing that can be chosen, and by nothing that is no event', async () => {
    const f = await fixture();
    await f.log.append(event(1, { type: 'tool_denied', tool: 'shell_execute', agent: 'reviewer', rule: 'command.chaining', decision: 'x', sessionId: 's2', reason: 'Two Commands' }));
    await f.log.append(event(2));
    for (const filter of [{ type: 'tool_denied' }, { tool: 'shell_execute' }, { agent: 'reviewer' }, { rule: 'command.chaining' }, { decision: 'x' }, { sessionId: 's2' }, { text: 'two comm' }]) {
      expect(find(await f.query(filter), 'list')?.rows.map((each) => each.type), JSON.stringify(filter)).toEqual(['tool_denied']);
    }
    expect(find(await f.query({ type: 'constructor' }), 'list')?.rows).toEqual([]);
  });

  it('gives up a question for the next one, and sends nothing more of it', async () => {
    const f = await fixture();
    await f.log.append(event(1));
    const real = f.log.page.bind(f.log);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const page = vi.spyOn(f.log, 'page').mockImplementationOnce(async (given, signal) => {
      await held;
      return real(given, signal);
    });
    const slow = f.query({}, 1);
    await vi.waitFor(() => expect(page).toHaveBeenCalled());
    await f.query({ tool: 'file_read' }, 2);
    release();
    await slow;
    expect(f.sent.filter((each) => 'query' in each).map((each) => ('query' in each ? each.query : 0))).not.toContain(1);
  });

  it('copies, explains and opens what the log holds under the id, and nothing that the page says', async () => {
    const f = await fixture();
    await f.log.append(event(1));
    const id = recordId(await f.last());
    await f.ask({ type: 'copy', id, form: 'json' });
    expect(JSON.parse(f.copy.mock.calls[0]![0])).toMatchObject({ type: 'tool_requested', seq: 1 });
    await f.ask({ type: 'explain', id });
    expect(f.explain.mock.calls[0]![0]).toMatchObject({ callId: 'c1' });
    await f.ask({ type: 'open-conversation', id });
    expect(f.openConversation.mock.calls).toEqual([['s1']]);
    const answers = await f.ask({ type: 'copy', id: 'forged.1', form: 'text' });
    expect(find(answers, 'announce')?.text).toContain('not in the log');
    expect(f.copy).toHaveBeenCalledTimes(1);
  });

  it('opens no conversation that is not kept here', async () => {
    const f = await fixture();
    await f.log.append(event(1, { sessionId: '../../etc/passwd' }));
    const answers = await f.ask({ type: 'open-conversation', id: recordId(await f.last()) });
    expect(find(answers, 'announce')?.text).toContain('not kept here');
    expect(f.openConversation).not.toHaveBeenCalled();
  });

  it('takes no message that is not of the protocol', () => {
    for (const message of [
      { type: 'copy', id: 'a.1', form: 'html' }, { type: 'copy', text: 'x' }, { type: 'details', id: '../x' }, { type: 'details', id: 'a.1\n' }, { type: 'export', format: 'csv', query: 1, file: 5 }, { type: 'command', command: 'x' },
      { type: 'rows', query: 1, from: 50 }, { type: 'rows', query: 1, from: limits.rows }, { type: 'query', query: 1, filter: { text: 'x'.repeat(201) } }, { type: 'query', query: 1, filter: { from: Number.NaN } },
      { type: 'place', query: 1, of: { id: '../x' } }, { type: 'place', query: 1, of: { finding: -1 } }, { type: 'place', query: 1, of: {} },
    ]) {
      const parsed = toHostSchema.safeParse(message);
      // What is not asked for is dropped, so that it reaches nothing.
      if (parsed.success) expect(parsed.data).toEqual({ type: 'export', format: 'csv' });
    }
  });

  it('exports what the last question was about', async () => {
    const f = await fixture();
    await f.query({ tool: 'file_read', type: 'tool_executed' });
    await f.ask({ type: 'export', format: 'csv' });
    expect(f.exportMatching.mock.calls).toEqual([[{ tool: 'file_read', types: ['tool_executed'] }, 'csv']]);
  });

  it('bundles the whole log, whatever the page filters by', async () => {
    const f = await fixture();
    await f.query({ tool: 'file_read' });
    await f.ask({ type: 'export-bundle' });
    expect(f.exportBundle.mock.calls).toEqual([[]]);
    expect(f.exportMatching).not.toHaveBeenCalled();
  });

  it('gives a page that is made anew what the one before kept', async () => {
    const keep = vi.fn<AuditPageParts['keep']>();
    const kept = { filter: { tool: 'file_read' }, chart: 'table', selected: 'a.1' } as const;
    const f = await fixture({ keep, kept: () => kept });
    expect(await f.ask({ type: 'ready' })).toEqual([{ type: 'start', kept }, { type: 'check', check: { state: 'never' } }]);
    await f.ask({ type: 'keep', kept: { filter: {}, chart: 'bars' } });
    expect(keep.mock.calls).toEqual([[{ filter: {}, chart: 'bars' }]]);
    for (const strange of [{ filter: {}, chart: 'pie' }, { filter: { text: 'x'.repeat(201) }, chart: 'bars' }, { filter: {}, chart: 'bars', selected: '../x' }]) {
      expect(toHostSchema.safeParse({ type: 'keep', kept: strange }).success).toBe(false);
    }
  });

  it('tells the details of an event with its whole call, why it was decided so, and what was cut', async () => {
    const f = await fixture();
    const call = { sessionId: 's1', callId: 'c9', rule: 'r.one', reason: 'Because.' };
    await f.log.append(event(9, { ...call, layers: [{ layer: 'built-in', verdict: 'ask', risk: 'low', rule: 'r.one', reason: 'Because.' }] }));
    await f.log.append(event(9, { ...call, type: 'tool_approved', decision: 'allow-once' }));
    await f.log.append(event(9, { ...call, type: 'tool_executed', result: 'x'.repeat(5_000), milliseconds: 3 }));
    await f.log.append(event(9, call));
    const { records } = await f.log.page({ types: ['tool_executed'] });
    const details = find(await f.ask({ type: 'details', id: recordId(records[0]!) }), 'details')?.details;
    expect(details).toMatchObject({ resultSize: 5_000, layers: [{ layer: 'built-in', won: true }], conversation: 'Fix the test' });
    expect(details?.result).toHaveLength(1_000);
    expect(details?.call.map((each) => each.type)).toEqual(['tool_requested', 'tool_approved', 'tool_executed']);
  });

  it('tells a story from its first event on, in parts', async () => {
    const f = await fixture();
    for (let n = 0; n < limits.storyEvents + 30; n += 1) await f.log.append(event(n));
    const begun = find(await f.ask({ type: 'story', sessionId: 's1', from: 0 }), 'story');
    expect(begun).toMatchObject({ total: 230, kept: true, title: 'Fix the test' });
    expect([begun?.events[0]?.about, begun?.events.at(-1)?.about]).toEqual(['a0.txt', 'a199.txt']);
    const rest = find(await f.ask({ type: 'story', sessionId: 's1', from: 200 }), 'story');
    expect(rest?.events.map((each) => each.about)).toEqual(Array.from({ length: 30 }, (_, n) => `a${200 + n}.txt`));
    expect(find(await f.ask({ type: 'story', sessionId: 's1', from: 500 }), 'story')?.events).toEqual([]);
    expect(find(await f.ask({ type: 'story', sessionId: 'nobody', from: 0 }), 'story')).toMatchObject({ total: 0, kept: false });
  });

  it('counts what came after the list was made, and leaves the list as it is', async () => {
    const f = await fixture();
    await f.log.append(event(1));
    await f.query({ tool: 'file_read' });
    await f.log.append(event(2, { tool: 'other' }));
    await f.log.append(event(3));
    await vi.waitFor(() => expect(find(f.sent, 'newer')).toEqual({ type: 'newer', query: 1, count: 1, more: false }), 3_000);
    expect(f.sent.filter((each) => each.type === 'list')).toHaveLength(1);
  });

  it('counts all that is there, also when an older log was put back beside the open one', async () => {
    const f = await fixture();
    await f.log.append(event(1));
    await f.query();
    fillJournals(f.folder.path(), key, workOf(150, Date.now() - 60_000));
    const answers = await f.query({ from: 0 }, 2);
    expect(find(answers, 'timeline')?.total).toBe(151);
    expect(find(answers, 'facets')?.facets.events).toBe(151);
    expect(find(await f.ask({ type: 'rows', query: 2, from: 100 }), 'rows')?.rows).toHaveLength(51);
  });

  it('tells that the list is no longer true when events come among those that stand there, or go', async () => {
    const f = await fixture();
    await f.log.append(event(1));
    await f.query();
    await f.log.append(event(2));
    await vi.waitFor(() => expect(find(f.sent, 'newer')).toBeDefined(), 3_000);
    expect(find(f.sent, 'changed')).toBeUndefined();
    fillJournals(f.folder.path(), key, workOf(5, Date.now() - 60_000));
    await f.log.append(event(3));
    await vi.waitFor(() => expect(find(f.sent, 'changed')).toEqual({ type: 'changed', query: 1 }), 3_000);
    await f.query({}, 2);
    rmSync(f.folder.path('journals', readdirSync(f.folder.path('journals')).find((each) => each.includes('-filled-'))!));
    await f.log.append(event(4));
    await vi.waitFor(() => expect(f.sent.at(-1)).toEqual({ type: 'changed', query: 2 }), 3_000);
  });

  it('says where an event stands, also among others of the same instant and after newer ones came', async () => {
    const f = await fixture({}, { now: () => 5_000 });
    for (let n = 0; n < 7; n += 1) await f.log.append(event(n));
    const rows = find(await f.query(), 'list')!.rows;
    await f.log.append(event(8));
    for (const [row, { id }] of rows.entries()) expect(find(await f.ask({ type: 'place', query: 1, of: { id } }), 'place')).toMatchObject({ id, row, at: 5_000, beside: false });
    expect(find(await f.ask({ type: 'place', query: 9, of: { id: rows[0]!.id } }), 'place')).toBeUndefined();
    expect(find(await f.ask({ type: 'place', query: 1, of: { id: 'forged.1' } }), 'announce')?.text).toContain('not in the log');
  });

  it('tells of what was begun in a window that is gone that it can not end any more', async () => {
    const f = await fixture();
    fillJournals(f.folder.path(), key, [{ at: Date.now() - 9_000, event: event(1, { sessionId: 'gone' }) }]);
    await f.log.append(event(2, { sessionId: 'here' }));
    for (const [sessionId, windowEnded] of [['gone', true], ['here', false]] as const) {
      const story = find(await f.ask({ type: 'story', sessionId, from: 0 }), 'story');
      expect(story?.events).toMatchObject([{ windowEnded }]);
      expect(find(await f.ask({ type: 'details', id: story!.events[0]!.id }), 'details')?.details).toMatchObject({ windowEnded });
    }
  });

  it('keeps every text within what the page takes, whatever was recorded', async () => {
    const f = await fixture();
    const long = `\u{1f600}${'\ud800x\u202e'.repeat(20_000)}`;
    await f.log.append({ type: 'tool_failed', sessionId: long, agent: long, tool: long, callId: long, rule: long, reason: long, decision: long, error: long, result: long, arguments: JSON.stringify({ command: long }), layers: Array.from({ length: 20 }, () => ({ layer: long, verdict: 'deny', risk: 'low', rule: long, reason: long })) });
    const answers = await f.query();
    expect(find(answers, 'list')?.rows).toHaveLength(1);
    expect(find(await f.ask({ type: 'details', id: recordId(await f.last()) }), 'details')?.details.layers).toHaveLength(12);
  });

  it('tells why the log can not be read, and what to do', async () => {
    const f = await fixture({ log: () => Promise.reject(new Error('EACCES: permission denied')) });
    expect(find(await f.query(), 'failed')).toMatchObject({ what: 'list', query: 1, message: 'EACCES: permission denied' });
  });

  it('sends nothing once it is disposed of, and twice is harmless', async () => {
    const f = await fixture();
    await f.log.append(event(1));
    f.page.dispose();
    f.page.dispose();
    await f.query();
    await f.log.append(event(2));
    await wait(500);
    expect(f.sent).toEqual([]);
  });
});

describe('the check on the page', () => {
  it('tells what was found and when, and what can not be known', async () => {
    const f = await fixture();
    const report: VerifyReport = { ok: false, verdict: 'not-whole', limits: ['The end may be cut.'], keyId: '0', events: 7, segments: 0, journals: 1, findings: [{ fault: 'removed', file: 'journals/x.jsonl', seq: 5, after: 99, message: 'Event 5 is missing.' }], more: 3, tornKept: 1, otherLogs: [] };
    vi.spyOn(f.log, 'verify').mockResolvedValueOnce(report);
    const answers = await f.ask({ type: 'verify' });
    expect(answers.map((each) => each.type === 'check' && each.check.state)).toEqual(['running', 'done']);
    expect(find(answers.slice(1), 'check')?.check).toMatchObject({ state: 'done', at: 42, verdict: 'not-whole', events: 7, more: 3, findings: [{ fault: 'removed', hasPlace: true }] });
  });

  it('tells how far it is, and never more than all', async () => {
    const f = await fixture();
    const real = f.log.verify.bind(f.log);
    vi.spyOn(f.log, 'verify').mockImplementationOnce((signal, onProgress) => {
      onProgress?.({ events: 3, bytes: 1, totalBytes: 4 });
      onProgress?.({ events: 9, bytes: 5, totalBytes: 4 });
      return real(signal);
    });
    const answers = await f.ask({ type: 'verify' });
    expect(answers.map((each) => each.type === 'check' && each.check).slice(0, 3)).toEqual([
      { state: 'running' }, { state: 'running', progress: { events: 3, part: 0.25 } }, { state: 'running', progress: { events: 9, part: 1 } },
    ]);
  });

  it('is stopped on request, and what was known before stays', async () => {
    const f = await fixture();
    vi.spyOn(f.log as ReadableLog, 'verify').mockImplementationOnce((signal) => new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason as Error))));
    const running = f.ask({ type: 'verify' });
    await vi.waitFor(() => expect(find(f.sent, 'check')).toBeDefined());
    await f.ask({ type: 'stop-verifying' });
    await running;
    expect(f.sent.filter((each) => each.type === 'check').at(-1)).toMatchObject({ check: { state: 'never' } });
  });

  it('says what came since it, and that what was checked is gone', { timeout: 60_000 }, async () => {
    const check = new AuditCheck(() => 42);
    const f = await fixture({ check });
    fillJournals(f.folder.path(), key, workOf(5, Date.now() - 60_000));
    await f.log.append(event(1));
    await f.query();
    // As from the palette: no page asked for it.
    await check.run(f.log);
    const shown = (): unknown => f.sent.findLast((each) => each.type === 'check');
    expect(shown()).toMatchObject({ check: { state: 'done', at: 42, events: 6, latest: (await f.last()).at, newer: 0, fewer: 0 } });
    await f.log.append(event(2));
    await f.log.append(event(3));
    await vi.waitFor(() => expect(shown()).toMatchObject({ check: { events: 6, newer: 2, fewer: 0 } }), 20_000);
    rmSync(f.folder.path('journals', readdirSync(f.folder.path('journals')).find((each) => each.includes('-filled-'))!));
    await f.log.append(event(4));
    await vi.waitFor(() => expect(shown()).toMatchObject({ check: { newer: 3, fewer: 5 } }), 20_000);
  });

  it('counts by time what came since, where events left the log by its retention', async () => {
    const check = new AuditCheck(() => 42);
    const f = await fixture({ check });
    await f.log.append(event(1));
    await check.run(f.log);
    await wait(5);
    await f.log.append({ type: 'audit_trimmed', sessionId: '' });
    await f.log.append(event(2));
    await check.review(f.log, 1);
    expect(check.state).toMatchObject({ state: 'done', newer: 2, fewer: 0 });
  });

  it('is one for all who ask for it at the same time', async () => {
    const check = new AuditCheck(() => 42);
    const f = await fixture({ check });
    const verify = vi.spyOn(f.log, 'verify');
    const [, report] = await Promise.all([f.ask({ type: 'verify' }), check.run(f.log)]);
    expect(verify).toHaveBeenCalledTimes(1);
    expect(report.verdict).toBe('whole');
    await f.ask({ type: 'verify' });
    expect(verify).toHaveBeenCalledTimes(2);
  });

  it('leads to the event that was found, or to the one next to it', async () => {
    const f = await fixture();
    for (let n = 0; n < 5; n += 1) await f.log.append(event(n));
    const { journal } = await f.last();
    const finding = (more: Partial<VerifyFinding>): VerifyFinding => ({ fault: 'removed', file: 'journals/x.jsonl', message: 'x', ...more });
    const findings = [finding({ fault: 'changed', journal, seq: 4 }), finding({ journal, seq: 6, untilSeq: 9 }), finding({ journal: 'none', seq: 1, before: (await f.last()).at }), finding({})];
    vi.spyOn(f.log, 'verify').mockResolvedValueOnce({ ok: false, verdict: 'not-whole', limits: [], keyId: '0', events: 5, segments: 0, journals: 1, findings, more: 0, tornKept: 0, otherLogs: [] });
    await f.query();
    const told = find((await f.ask({ type: 'verify' })).slice(1), 'check')?.check;
    expect(told?.state === 'done' && told.findings.map(({ hasPlace }) => hasPlace)).toEqual([true, true, true, false]);
    const placeOf = async (index: number) => find(await f.ask({ type: 'place', query: 1, of: { finding: index } }), 'place');
    expect(await placeOf(0)).toMatchObject({ id: `${journal}.4`, row: 1, beside: false });
    expect(await placeOf(1)).toMatchObject({ id: `${journal}.5`, row: 0, beside: true });
    expect(await placeOf(2)).toMatchObject({ row: 0, beside: true });
    expect(find(await f.ask({ type: 'place', query: 1, of: { finding: 3 } }), 'announce')?.text).toContain('Nothing is left');
  });
});
