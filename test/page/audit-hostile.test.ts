import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AuditLog } from '../../src/audit/audit-log.js';
import { LogFolder } from '../fixtures/audit/open-log.js';
import { openAuditPage, type AuditPageInHarness } from '../fixtures/webview/audit-host.js';
import { buildForTest, Harness, type ChatPage, type OpenOptions } from '../fixtures/webview/harness.js';

vi.setConfig({ testTimeout: 60_000 });

const folder = new LogFolder();
let harness: Harness;
let log: AuditLog;
let axe: string;

const markup = '<img src=x onerror=alert(1)><a href="command:workbench.action.quit">x</a><script>alert(2)</script>';
const hidden = 'rm\u202e\u200b -rf\u00a0x\u{e0041}\n\tnext';
const arabic = 'مرحبا بالعالم';
const long = 'A'.repeat(30_000);

beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // Apart in time, so that the chart has bars and its table has rows.
  let time = Date.now() - 3_600_000;
  log = await folder.open({ now: () => (time += 120_000) });
  const base = { sessionId: markup, agent: markup, tool: hidden, callId: 'call', rule: markup, risk: 'high' } as const;
  await log.append({ type: 'session_started', sessionId: markup });
  await log.append({ type: 'tool_requested', ...base, arguments: JSON.stringify({ command: `${markup}${hidden}`, [markup]: arabic, long, __proto__: 1 }), reason: markup, layers: [{ layer: markup, verdict: 'ask', risk: 'high', rule: markup, reason: hidden }] });
  await log.append({ type: 'tool_approved', ...base, decision: markup });
  await log.append({ type: 'tool_executed', ...base, arguments: 'not json <b>', result: `${markup}\n${arabic}\n${hidden}${long}`, milliseconds: 1e9 });
  await log.append({ type: 'tool_failed', ...base, tool: arabic, error: `[link](command:x) ${hidden}` });
  await log.append({ type: 'tool_denied', ...base, callId: 'other', reason: '‮gnihton' });
  harness = await Harness.start(await buildForTest('webview-audit-hostile'));
}, 120_000);
afterAll(async () => {
  await harness.dispose();
  await folder.dispose();
});

const open = async (options: OpenOptions = {}): Promise<AuditPageInHarness> => {
  const audit = await openAuditPage(harness, log, { width: 1200, height: 820, ...options });
  await audit.page.until('document.querySelectorAll(".row .cell-what").length > 6');
  return audit;
};

/** Of ours: the fields of the filter, and where a row stands. */
const ours = /^(?:input|a\.href)$/;

describe('[P10] what was recorded can not act on its reader', () => {
  test('it is drawn as text in the list, the filter, the details and the story', async () => {
    const { page, close } = await open();
    const strange = async (): Promise<string[]> => {
      const found = await page.ask<string[]>('fakeEditor.strange()');
      const styles = await page.ask<string[]>('[...document.querySelectorAll("#root [style]")].map((each) => each.getAttribute("style")).filter((each) => !/^(?:transform: translateY\\(\\d+px\\); ?)?height: \\d+px;$/.test(each))');
      return [...found.filter((each) => !each.endsWith('.style') && !ours.test(each)), ...styles];
    };
    expect(await strange()).toEqual([]);
    for (const row of [0, 1, 2, 3, 4, 5]) {
      await page.page.locator(`#row-${row}`).click();
      await page.page.locator('.facts').first().waitFor();
      await page.frames();
      expect(await strange(), `row ${row}`).toEqual([]);
    }
    await page.page.locator('#row-4').click();
    await page.page.locator('.layers').waitFor();
    expect(await page.page.locator('.layers').innerText()).toContain(markup);
    expect(await page.ask('fakeEditor.readExact("[aria-label=\\"Argument command\\"]")')).toBe(`${markup}${hidden}`);
    await page.page.getByRole('button', { name: 'Story of the session' }).click();
    await page.page.locator('.chapter').first().waitFor();
    expect(await strange()).toEqual([]);
    await page.ask('fakeEditor.clickAll(".story *:not(button)")');
    const text = await page.page.locator('#root').innerText();
    expect(text).not.toMatch(/[\u202e\u200b\u{e0041}]/u);
    expect(await page.seen('dialogs')).toEqual([]);
    expect(await page.seen('clickedLinks')).toEqual([]);
    expect(await page.seen('violations')).toEqual([]);
    expect(page.requests).toEqual([]);
    expect(page.errors).toEqual([]);
    await close();
  });

  test('messages that are not of the protocol change nothing, and blocks that pile up are let go', async () => {
    const { page, close } = await open();
    await page.sendRaw({ type: 'rows', query: 1, from: 0, rows: [{ id: 'x' }] }, { type: 'list', query: 1, rows: [], total: -1, counted: true }, null, 'x', { type: 'details' });
    expect(await page.page.locator('#row-0 .cell-what').count()).toBe(1);
    expect(await page.page.locator('[aria-live=polite]').textContent()).toContain('could not be understood');
    await close();
  });
});

async function findings(page: ChatPage): Promise<string[]> {
  return await page.ask<string[]>(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then((result) => result.violations.flatMap((each) => each.nodes.map((node) => each.id + ': ' + node.target.join(' ') + ' ' + (node.any[0]?.message ?? ''))))`);
}
const tooWide = '[...document.querySelectorAll("#root *")].filter((e) => { return e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".exact, .list, .chart-table, .sr-only, svg"); }).map((e) => e.className || e.localName)';

describe.each([['dark', 1200], ['light', 1200], ['contrast', 1200], ['contrastLight', 1200], ['dark', 400]] as const)('in the %s theme, %i pixels wide', (theme, width) => {
  test('axe finds nothing wrong in the list, the export menu, the details, the story, the table and the findings', async () => {
    const { page, close } = await open({ theme, width, height: 800 });
    await page.ask(`${axe};undefined`);
    const found: Record<string, string[]> = {};
    const look = async (name: string): Promise<void> => {
      await page.frames();
      const here = [...(await findings(page)), ...(await page.ask<string[]>(tooWide)).map((each) => `wider than the page: ${each}`)];
      if (here.length > 0) found[name] = here;
    };
    await look('list');
    if (width < 720) await page.page.getByRole('button', { name: 'Filters' }).click();
    await page.page.getByLabel('Time', { exact: true }).selectOption('exact');
    await look('filters');
    await page.page.getByRole('button', { name: 'Export…' }).click();
    await page.page.getByRole('menu', { name: 'Export' }).waitFor();
    await look('export menu');
    await page.page.keyboard.press('Escape');
    await page.page.getByRole('button', { name: 'Table' }).click();
    await page.send({ type: 'check', check: { state: 'done', at: Date.now(), verdict: 'not-whole', events: 9, newer: 3, fewer: 1, notes: ['A note.'], findings: [{ fault: 'removed', message: long.slice(0, 400), hasPlace: false }, { fault: 'cut', message: 'Cut.', hasPlace: true }], more: 2 } });
    await look('table and findings');
    await page.page.getByRole('button', { name: 'Hide', exact: true }).click();
    await page.page.getByRole('button', { name: 'Hide findings' }).click();
    await page.page.locator('#row-4').click();
    await page.page.locator('.layers').waitFor();
    await look('details');
    await page.page.getByRole('button', { name: 'Story of the session' }).click();
    await page.page.locator('.chapter').first().waitFor();
    await look('story');
    expect(found).toEqual({});
    await close();
  });
});
