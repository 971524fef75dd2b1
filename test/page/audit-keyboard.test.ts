import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditLog } from '../../src/audit/audit-log.js';
import { logFolderOf } from '../../src/audit/storage/layout.js';
import { fillJournals, workOf } from '../fixtures/audit/fill-log.js';
import { key, LogFolder } from '../fixtures/audit/open-log.js';
import { openAuditPage, type AuditPageInHarness } from '../fixtures/webview/audit-host.js';
import { buildForTest, Harness } from '../fixtures/webview/harness.js';

const folder = new LogFolder();
let harness: Harness;
let log: AuditLog;

beforeAll(async () => {
  fillJournals(logFolderOf(folder.folder, key), key, workOf(1_000, Date.now() - 60_000));
  const [built, opened] = await Promise.all([buildForTest('webview-audit-keyboard'), folder.open()]);
  log = opened;
  await log.fold();
  harness = await Harness.start(built);
}, 120_000);
afterAll(async () => {
  await harness.dispose();
  await folder.dispose();
});

/** The page, worked with by keys alone. */
class Keys {
  constructor(readonly audit: AuditPageInHarness) {}

  async press(...keys: readonly string[]): Promise<void> {
    for (const each of keys) {
      await this.audit.page.page.keyboard.press(each);
      await this.audit.page.frames();
    }
  }

  /** What has the focus, as a person hears it. */
  focused(): Promise<string> {
    return this.audit.page.ask<string>('((e) => e === document.body ? "nothing" : (e.getAttribute("aria-label") ?? e.labels?.[0]?.textContent ?? e.textContent).trim())(document.activeElement)');
  }

  /** Presses Tab until this has the focus. */
  async tabTo(name: string | RegExp, most = 40): Promise<void> {
    const seen: string[] = [];
    for (let left = most; left > 0; left -= 1) {
      await this.press('Tab');
      const here = await this.focused();
      seen.push(here);
      if (typeof name === 'string' ? here === name : name.test(here)) return;
    }
    throw new Error(`Tab never came to ${String(name)}: ${seen.join(' | ')}`);
  }

  async active(): Promise<number> {
    return Number((await this.audit.page.ask<string>('document.querySelector(".list").getAttribute("aria-activedescendant")')).slice('row-'.length));
  }
}

async function withKeys(width: number, work: (keys: Keys) => Promise<void>): Promise<void> {
  const audit = await openAuditPage(harness, log, { width, height: 860 });
  try {
    await audit.page.until('document.querySelector("#row-5 .cell-what") && !document.querySelector(".words-count").textContent.includes("…")');
    await work(new Keys(audit));
    expect(audit.page.errors).toEqual([]);
  } finally {
    await audit.close();
  }
}

test('Tab walks through the page in the order it is read, with one stop for the chart and one for the list', () => withKeys(1280, async (keys) => {
  const order: string[] = [];
  for (let step = 0; step < 30; step += 1) {
    await keys.press('Tab');
    const here = await keys.focused();
    if (here === 'nothing') break;
    order.push(here);
  }
  expect(order).toEqual([
    'Export…', 'Live output', 'Verify', 'Search in the events', 'Time', 'Session', 'Event', 'Tool', 'Decision', 'Rule', 'Agent', 'Chart', 'Table', 'Hide',
    expect.stringContaining('Calls over time. Arrows move') as string, 'Events, newest first',
  ]);
}));

test('the menu of exports opens, is walked through, closes and gives the focus back', () => withKeys(1280, async (keys) => {
  await keys.tabTo('Export…');
  await keys.press('Enter');
  expect(await keys.focused()).toContain('Events as CSV…');
  await keys.press('ArrowUp');
  expect(await keys.focused()).toContain('Whole log as a bundle…');
  await keys.press('Home', 'ArrowDown');
  expect(await keys.focused()).toContain('Events as JSON lines…');
  await keys.press('Escape');
  expect(await keys.focused()).toBe('Export…');
  await keys.press('Enter', 'Enter');
  await expect.poll(() => keys.audit.done).toEqual(['export csv {}']);
  expect(await keys.focused()).toBe('Export…');
}));

test.each([1280, 400])('the list is walked through, an event read and closed, and the focus is where it was, %i pixels wide', (width) => withKeys(width, async (keys) => {
  await keys.tabTo('Events, newest first');
  await keys.press('End');
  expect(await keys.active()).toBe(999);
  await keys.press('PageUp');
  expect(await keys.active()).toBeLessThan(995);
  await keys.press('Home', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'PageDown');
  const row = await keys.active();
  expect(row).toBeGreaterThan(2);
  await keys.audit.page.until(`document.querySelector("#row-${row} .cell-what")`);
  await keys.press('Enter');
  await keys.audit.page.until('document.querySelector(".facts")');
  await keys.press('Escape');
  await keys.audit.page.page.locator('.details').waitFor({ state: 'detached' });
  expect(await keys.focused()).toBe('Events, newest first');
  expect(await keys.active()).toBe(row);
  await keys.press('Enter');
  await keys.audit.page.until('document.querySelector(".facts")');
  await keys.tabTo('Close the event', 12);
  await keys.press('Enter');
  expect(await keys.focused()).toBe('Events, newest first');
}));

test.each([1280, 400])('a story is opened from an event, an event from the story, and Escape goes the same way back, %i pixels wide', (width) => withKeys(width, async (keys) => {
  await keys.tabTo('Events, newest first');
  await keys.press('ArrowDown', 'ArrowDown', 'Enter');
  await keys.audit.page.until('document.querySelector(".facts")');
  await keys.tabTo('Story of the session', 12);
  await keys.press('Enter');
  await keys.audit.page.until('document.querySelector(".chapter") && document.activeElement?.tagName === "H2"');
  await keys.tabTo(/^Show the event: Asked for/);
  const link = await keys.focused();
  await keys.press('Enter');
  await keys.audit.page.until('document.querySelector(".details .facts")');
  if (width < 860) await keys.press('Escape');
  expect(await keys.focused()).toBe(link);
  await keys.press('Escape');
  await keys.audit.page.page.locator('.story').waitFor({ state: 'detached' });
  expect(await keys.focused()).toBe(width < 860 ? 'Events, newest first' : 'Story of the session');
  await keys.press('Escape');
  expect(await keys.focused()).toBe('Events, newest first');
}));

test('a filter is chosen and cleared, and the focus never falls off the page', () => withKeys(1280, async (keys) => {
  await keys.tabTo('Tool');
  await keys.press('f', 'Tab', 'Shift+Tab');
  await expect.poll(() => keys.audit.page.page.locator('.words').innerText()).toMatch(/Events of file_/);
  expect(await keys.focused()).toBe('Tool');
  await keys.tabTo('Clear the filter');
  await keys.press('Enter');
  await expect.poll(() => keys.audit.page.page.locator('.words').innerText()).toContain('All events');
  expect(await keys.focused()).toBe('Events, newest first');
}));

test('a check is run and what it found is gone to', () => withKeys(1280, async (keys) => {
  await keys.tabTo('Verify');
  await keys.press('Enter');
  await keys.audit.page.page.getByText(/nothing changed/).waitFor();
  expect(await keys.focused()).toBe('Verify');
}));
