import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditLog } from '../../src/audit/audit-log.js';
import type { VerifyFinding } from '../../src/audit/verify/finding.js';
import type { VerifyReport } from '../../src/audit/verify/report.js';
import { logFolderOf } from '../../src/audit/storage/layout.js';
import { fillJournals, workOf } from '../fixtures/audit/fill-log.js';
import { event, key, LogFolder } from '../fixtures/audit/open-log.js';
import { openAuditPage, type AuditPageInHarness } from '../fixtures/webview/audit-host.js';
import { buildForTest, Harness } from '../fixtures/webview/harness.js';

const events = 5_000;
const folder = new LogFolder();
let harness: Harness;
let log: AuditLog;

beforeAll(async () => {
  fillJournals(logFolderOf(folder.folder, key), key, workOf(events, Date.now() - 60_000));
  const [built, opened] = await Promise.all([buildForTest('webview-audit'), folder.open()]);
  log = opened;
  await log.fold();
  harness = await Harness.start(built);
}, 120_000);
afterAll(async () => {
  await harness.dispose();
  await folder.dispose();
});

async function withPage(work: (audit: AuditPageInHarness) => Promise<void>, options: Parameters<typeof openAuditPage>[2] = {}, on: AuditLog | Error = log): Promise<void> {
  const audit = await openAuditPage(harness, on, { width: 1280, height: 860, ...options });
  try {
    await work(audit);
    expect(audit.page.errors).toEqual([]);
    expect(audit.page.requests).toEqual([]);
    expect(await audit.page.seen('violations')).toEqual([]);
  } finally {
    await audit.close();
  }
}

const ready = async ({ page }: AuditPageInHarness): Promise<void> => {
  await page.until('document.querySelector(".row:not(.row-head) .cell-what") && !document.querySelector(".words-count").textContent.includes("…")');
  await page.until('!document.querySelector(".list-stale")');
};
const words = ({ page }: AuditPageInHarness): Promise<string> => page.page.locator('.words').innerText();

describe('the list', () => {
  test('has no more rows in the document than the page can show, from the first event to the last', () => withPage(async (audit) => {
    const { page } = audit;
    await ready(audit);
    expect(await words(audit)).toContain('5,000 events');
    const counts: number[] = [];
    await page.page.locator('.list').focus();
    for (const key of ['End', 'PageUp', 'Home', 'PageDown', 'ArrowDown']) {
      await page.page.keyboard.press(key);
      await page.until('!document.querySelector(".cell-waiting")');
      counts.push(await page.page.locator('.row').count());
    }
    expect(Math.max(...counts)).toBeLessThan(60);
    const active = await page.ask<string>('document.querySelector(".list").getAttribute("aria-activedescendant")');
    expect(Number(active.slice('row-'.length))).toBeGreaterThan(5);
    expect(await page.ask('document.querySelector(".list").getAttribute("aria-rowcount")')).toBe('5001');
    await page.page.keyboard.press('End');
    await page.until('document.getElementById("row-4999")?.textContent.includes("Session began")');
    expect(await page.ask('document.getElementById("row-4999").getAttribute("aria-rowindex")')).toBe('5001');
  }));

  test('shows the very rows of a place that was dragged to', () => withPage(async (audit) => {
    const { page } = audit;
    await ready(audit);
    await page.ask('document.querySelector(".list").scrollTop = 3345 * document.querySelector(".row:not(.row-head)").offsetHeight');
    await page.until('document.getElementById("row-3350")?.querySelector(".cell-what")');
    await page.page.locator('#row-3350').click();
    await page.page.locator('.facts').first().waitFor();
    const id = await page.page.locator('.fact', { hasText: 'Event id' }).locator('.fact-value').innerText();
    let seen = 0;
    let before: Parameters<AuditLog['page']>[0] = {};
    while (seen + 1_000 <= 3_350) {
      const { records, next } = await log.page({ ...before, limit: 1_000 });
      seen += records.length;
      before = next ? { before: next } : {};
    }
    const { records } = await log.page({ ...before, limit: 1_000 });
    const record = records[3_350 - seen];
    expect(id).toBe(`${record?.journal}.${record?.seq}`);
  }));

  test.each([1600, 1280, 1000, 800, 420])('has its columns under their heads, %i pixels wide, with the details open and without', (width) => withPage(async (audit) => {
    const { page } = audit;
    await ready(audit);
    const places = (row: string): Promise<string[]> => page.ask<string[]>(`[...document.querySelectorAll("${row} > .cell")].filter((each) => each.checkVisibility()).map((each) => { const { left, width } = each.getBoundingClientRect(); return each.className.split(" ")[1] + " " + Math.round(left) + " " + Math.round(width); })`);
    expect(await places('.row-head')).toEqual(await places('#row-3'));
    if (width < 860) return;
    await page.page.locator('#row-3').click();
    await page.page.locator('.facts').first().waitFor();
    expect(await places('.row-head')).toEqual(await places('#row-3'));
  }, { width }));

  test('opens an event with Enter, follows the keys beside it, and gives the focus back', () => withPage(async (audit) => {
    const { page } = audit;
    await ready(audit);
    await page.page.locator('.list').focus();
    await page.page.keyboard.press('ArrowDown');
    await page.page.keyboard.press('Enter');
    await page.page.locator('.facts').first().waitFor();
    const first = await page.page.locator('.facts').first().innerText();
    await page.page.keyboard.press('ArrowDown');
    await expect.poll(() => page.page.locator('.facts').first().innerText()).not.toBe(first);
    await page.page.getByRole('button', { name: 'Close the event' }).click();
    // The page draws once a frame.
    await page.page.locator('.details').waitFor({ state: 'detached' });
    expect(await page.ask('document.activeElement.className')).toContain('list');
  }));
});

describe('filters', () => {
  test('narrow by choice and by text, say so in words, and are cleared', () => withPage(async (audit) => {
    const { page } = audit;
    await ready(audit);
    await page.page.getByLabel('Event', { exact: true }).selectOption('tool_denied');
    await page.page.getByLabel('Tool', { exact: true }).selectOption('shell_execute');
    await page.page.locator('.search input').fill('docker');
    await expect.poll(() => words(audit)).toContain('“Refused” events of shell_execute that mention “docker”');
    await ready(audit);
    const { total } = await log.timeline({ types: ['tool_denied'], tool: 'shell_execute', text: 'docker' }, { buckets: 1 });
    await expect.poll(() => words(audit)).toContain(`${total.events.toLocaleString('en')} event`);
    await page.page.getByRole('button', { name: 'Export…' }).click();
    await page.until('document.activeElement?.textContent.includes("CSV")');
    await page.page.keyboard.press('Enter');
    await page.page.getByRole('button', { name: 'Export…' }).click();
    await page.page.getByRole('menuitem', { name: 'Whole log as a bundle…' }).click();
    await expect.poll(() => audit.done).toEqual([`export csv ${JSON.stringify({ tool: 'shell_execute', text: 'docker', types: ['tool_denied'] })}`, 'export bundle']);
    await page.page.getByRole('button', { name: 'Clear the text' }).click();
    await expect.poll(() => words(audit)).not.toContain('docker');
    await page.page.getByRole('button', { name: 'Clear the filter' }).first().click();
    await expect.poll(() => words(audit)).toContain('5,000 events');
  }));

  test('a time is taken from the chart, by the mouse and by keys', () => withPage(async (audit) => {
    const { page } = audit;
    await ready(audit);
    const chart = page.page.locator('.chart');
    const box = (await chart.boundingBox())!;
    await page.page.mouse.move(box.x + box.width * 0.5, box.y + 20);
    await page.page.mouse.down();
    await page.page.mouse.move(box.x + box.width * 0.7, box.y + 20, { steps: 4 });
    await page.page.mouse.up();
    await expect.poll(() => words(audit)).toMatch(/Events from .+ to /);
    await ready(audit);
    const dragged = await words(audit);
    await chart.focus();
    await page.page.keyboard.press('Home');
    await page.page.keyboard.press('Shift+ArrowRight');
    expect(await page.page.locator('.chart [aria-selected=true]').count()).toBe(2);
    await page.page.keyboard.press('Enter');
    await expect.poll(() => words(audit)).not.toBe(dragged);
    await page.page.getByRole('button', { name: 'Table' }).click();
    await page.page.getByRole('region', { name: 'Calls over time, as a table' }).waitFor();
    await page.page.getByRole('button', { name: 'Clear the filter' }).first().click();
    await expect.poll(() => words(audit)).toContain('All events');
  }));

  test('what is shown is there again after the page was hidden', () => withPage(async (audit) => {
    const { page } = audit;
    await ready(audit);
    await page.page.getByLabel('Tool', { exact: true }).selectOption('web_fetch');
    await page.page.locator('#row-0').click();
    await page.page.locator('.facts').first().waitFor();
    await page.page.reload();
    await ready(audit);
    expect(await words(audit)).toContain('Events of web_fetch');
    await page.page.locator('.facts').first().waitFor();
  }));
});

describe('beyond the list', () => {
  test('the story of a session is told from its first event on', () => withPage(async (audit) => {
    const { page } = audit;
    await ready(audit);
    await page.page.locator('#row-0').click();
    await page.page.getByRole('button', { name: 'Story of the session' }).click();
    await page.page.locator('.chapter').first().waitFor();
    expect(await page.page.locator('.chapter').first().innerText()).toContain('Session began');
    expect(await page.page.locator('.story').innerText()).toMatch(/Assistant asked for “[A-Z][\w ]+” \w+ \((low|medium|high) risk\)/);
    expect(await page.page.locator('.story').innerText()).toMatch(/A person allowed it|The policy allowed it/);
    await page.page.getByRole('button', { name: 'Its events as a list' }).click();
    await expect.poll(() => words(audit)).toContain('in the session');
  }));

  test('the buttons of an event name it to the host, which does the rest', () => withPage(async (audit) => {
    const { page, done, titles } = audit;
    await ready(audit);
    const { records } = await log.page({ types: ['tool_executed'], limit: 1 });
    titles.set(records[0]!.sessionId, '<b>Tests</b> \u202e');
    await page.page.getByLabel('Event', { exact: true }).selectOption('tool_executed');
    await expect.poll(() => words(audit)).toContain('“Ran” events');
    await ready(audit);
    await page.page.locator('#row-0').click();
    await page.page.locator('.facts').first().waitFor();
    for (const name of ['Explain', 'Conversation', 'Copy text']) await page.page.getByRole('button', { name, exact: true }).click();
    await expect.poll(() => done.map((each) => each.slice(0, 30))).toEqual([`explain ${records[0]!.callId}`, `open ${records[0]!.sessionId}`.slice(0, 30), 'copy event: tool_executed\ntime']);
    expect(await page.page.locator('.fact', { hasText: 'Session' }).innerText()).toContain('“<b>Tests</b> ⟨\\u202e⟩”');
  }));

  test('new events are told and move nothing; asked for, they come', async () => {
    const own = new LogFolder();
    const small = await own.open();
    for (let n = 0; n < 60; n += 1) await small.append(event(n));
    await withPage(async (audit) => {
      const { page } = audit;
      await ready(audit);
      await page.ask('document.querySelector(".list").scrollTop = 400');
      for (let n = 100; n < 112; n += 1) await small.append(event(n));
      await page.page.getByRole('button', { name: '12 new events' }).waitFor();
      expect(await page.ask('document.querySelector(".list").scrollTop')).toBe(400);
      expect(await page.page.locator('#row-20').innerText()).toContain('a39.txt');
      await page.page.getByRole('button', { name: '12 new events' }).click();
      await page.until('document.getElementById("row-0")?.textContent.includes("a111.txt")');
    }, {}, small);
    await own.dispose();
  });

  test('an empty log, a filter without a match and a log that can not be read each say what to do', async () => {
    const own = new LogFolder();
    const empty = await own.open();
    await withPage(async ({ page }) => {
      await page.page.getByText('Nothing is recorded yet.').waitFor();
    }, {}, empty);
    await own.dispose();
    await withPage(async (audit) => {
      await ready(audit);
      await audit.page.page.locator('.search input').fill('nothing has this in it');
      await audit.page.page.getByText('No event matches this filter.').waitFor();
    });
    await withPage(async ({ page }) => {
      await page.page.getByText('The log can’t be read.').waitFor();
      expect(await page.page.locator('[role=alert]').innerText()).toContain('EIO');
      await page.page.getByRole('button', { name: 'Try again' }).waitFor();
    }, {}, new Error('EIO: the disk does not answer'));
  });

  test('a check tells how far it is, and is stopped', () => {
    let ended = false;
    const slow = new Proxy(log, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== 'verify') return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        return (signal: AbortSignal, onProgress: (progress: { events: number; bytes: number; totalBytes: number }) => void) => {
          onProgress({ events: 1_234, bytes: 45, totalBytes: 100 });
          return new Promise((_, reject) => signal.addEventListener('abort', () => {
            ended = true;
            reject(signal.reason as Error);
          }));
        };
      },
    });
    return withPage(async (audit) => {
      const { page } = audit;
      await ready(audit);
      await page.page.getByRole('button', { name: 'Verify' }).click();
      await page.page.getByText('45 %, 1,234 events').waitFor();
      expect(await page.ask('document.querySelector("progress").value')).toBe(0.45);
      await page.page.getByRole('button', { name: 'Stop' }).click();
      await page.page.getByRole('button', { name: 'Verify' }).waitFor();
      expect(ended).toBe(true);
    }, {}, slow);
  });

  test('a check is run, and says as of when, and what came since', () => withPage(async (audit) => {
    const { page } = audit;
    await ready(audit);
    await page.page.getByRole('button', { name: 'Verify' }).click();
    await page.page.getByText(/Whole.*nothing changed/).waitFor();
    await page.page.getByText(/Whole as far as can be known as of \d\d:\d\d: 5,000 events up to .+, nothing changed/).waitFor();
    await page.send({ type: 'check', check: { state: 'done', at: Date.now(), verdict: 'whole', events: 9, latest: 1_000, newer: 37, fewer: 0, notes: [], findings: [], more: 0 } });
    await expect.poll(() => page.page.locator('.check-line').innerText()).toMatch(/^Whole as of \d\d:\d\d: 9 events up to 1 Jan 1970, \d\d:\d\d:01, nothing changed or missing; 37 newer events not checked$/);
    expect(await page.page.locator('.check-line .tone-good').count()).toBe(0);
    // What changes all the time is not read out all the time.
    expect(await page.page.locator('.check-line [role=status]').innerText()).not.toContain('newer');
  }));

  test.each([1280, 420])('what a check found is gone to: marked, in view, among its neighbours, %i pixels wide', async (width) => {
    const finding = async (skip: number): Promise<VerifyFinding> => {
      const { records } = await log.page({ limit: 400 });
      const { journal, seq } = records[skip]!;
      return { fault: 'changed', file: 'x', message: `Event ${seq} was changed.`, journal, seq };
    };
    const gone: VerifyFinding = { ...(await finding(50)), fault: 'removed', seq: 100_000, untilSeq: 100_001, message: 'Event 100000 is missing.', after: (await log.page({ limit: 51 })).records[50]!.at };
    const report: VerifyReport = { ok: false, verdict: 'not-whole', limits: [], keyId: '', events: 5_000, segments: 1, journals: 0, findings: [await finding(333), gone], more: 0, tornKept: 0, otherLogs: [] };
    const found = new Proxy(log, {
      get: (target, name) => {
        if (name === 'verify') return () => Promise.resolve(report);
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    await withPage(async (audit) => {
      const { page } = audit;
      await ready(audit);
      if (width < 720) await page.page.getByRole('button', { name: 'Filters' }).click();
      await page.page.getByLabel('Tool', { exact: true }).selectOption('web_fetch');
      await expect.poll(() => words(audit)).toContain('Events of web_fetch');
      await page.page.getByRole('button', { name: 'Verify' }).click();
      await page.page.getByRole('button', { name: 'Show its place' }).first().click();
      await page.until('document.querySelector("#row-333.row-selected .cell-what")');
      expect(await words(audit)).toContain('All events');
      expect(await page.ask<boolean>('(() => { const list = document.querySelector(".list").getBoundingClientRect(); const row = document.getElementById("row-333").getBoundingClientRect(); return row.top > list.top + 30 && row.bottom <= list.bottom; })()')).toBe(true);
      expect(await page.page.locator('#row-332 .cell-what, #row-334 .cell-what').count()).toBe(2);
      expect(await page.ask('document.activeElement.className')).toBe('list');
      if (width >= 860) await page.page.locator('.details .facts').first().waitFor();
      else expect(await page.page.locator('.details').count()).toBe(0);
      await page.page.getByRole('button', { name: 'Show its place' }).last().click();
      await page.page.getByText('the event next to it is marked').first().waitFor();
      await page.until('document.querySelector(".row-selected .cell-what")');
    }, { width }, found);
  });

  test('a story says how a call without an end came to have none, and the list who refused a call', () => withPage(async (audit) => {
    const { page } = audit;
    await ready(audit);
    const { records } = await log.page({ types: ['tool_denied'], limit: 1 });
    const { sessionId, rule } = records[0]!;
    await page.page.getByLabel('Event', { exact: true }).selectOption('tool_denied');
    await page.until('document.querySelector("#row-0 .cell-decision")?.textContent.startsWith("refused by policy")');
    expect(await page.page.locator('#row-0 .cell-decision').innerText()).toBe(`refused by policy (${rule})`);
    await page.page.locator('#row-0').click();
    await page.page.getByRole('button', { name: 'Story of the session' }).click();
    await page.page.locator('.chapter').first().waitFor();
    const asked = { id: 'x.1', at: 1, sessionId, type: 'tool_requested', callId: 'c', tool: 'shell_execute', about: 'sleep 100' };
    const told = async (windowEnded: boolean, total = 2): Promise<string> => {
      await page.send({ type: 'story', sessionId, kept: false, from: 0, total, events: [{ ...asked, windowEnded }, { ...asked, id: 'x.2', at: 2, type: 'tool_approved', decision: 'allow-once', windowEnded }] });
      return page.page.locator('.story').innerText();
    };
    expect(await told(true)).toContain('No end is recorded: the window ended (or was killed) before the call did.');
    expect(await told(false)).toContain('it is still running');
    expect(await told(true, 3)).not.toContain('No end');
  }));
});
