import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { hasHidden, visibleLine } from '../../src/visible.js';
import { buildForTest, Harness } from '../fixtures/webview/harness.js';
import type { ChatPage } from '../fixtures/webview/harness.js';
import { answer, asking, snapshot, status } from '../fixtures/webview/samples.js';
import { loadCorpus } from './lib/corpus.js';
import { Tally } from './lib/tally.js';

const row = z.object({
  id: z.string(),
  surface: z.enum(['chat', 'approval', 'output-channel']),
  text: z.string(),
  expect: z.string(),
  forbid: z.array(z.enum(['network', 'script', 'style', 'command-link', 'hidden-text'])),
});
type Row = z.infer<typeof row>;

const rows = loadCorpus('rendering', row);
const tally = new Tally('rendering', rows.map(({ id }) => id));
/** Whole emoji are no hidden text; everything else that `hasHidden` knows is. */
const emoji = /\p{RGI_Emoji}/gv;
const wordsOf = (text: string): string[] => [...new Set(text.match(/[A-Za-z0-9]{2,}/g) ?? [])];

let harness: Harness;
let chat: ChatPage;

beforeAll(async () => {
  harness = await Harness.start(await buildForTest('webview-attacks'));
  chat = await harness.open({ width: 400, height: 900 });
}, 120_000);

afterAll(async () => {
  await harness.dispose();
  tally.finish();
});

/** Runs the checks of one row and records how it went. */
async function judged(each: Row, check: () => Promise<void> | void): Promise<void> {
  let held = false;
  try {
    await check();
    held = true;
  } finally {
    tally.record({ id: each.id, kind: 'attack', letThrough: !held });
  }
}

interface Report {
  readonly strange: readonly string[];
  readonly violations: readonly string[];
  readonly dialogs: readonly string[];
  readonly composer: boolean;
}

/** What must hold for every text on the page, whatever the row forbids. */
async function expectHarmless(): Promise<void> {
  // The composer is the one form, and its text area has its height set by script.
  const { strange, violations, dialogs, composer } = await chat.ask<Report>('({ violations: fakeEditor.violations, dialogs: fakeEditor.dialogs, strange: fakeEditor.strange(), composer: document.querySelector(".composer textarea").checkVisibility() })');
  expect(strange.filter((name) => name !== 'form' && name !== 'textarea.style')).toEqual([]);
  expect(chat.requests).toEqual([]);
  expect(chat.errors).toEqual([]);
  expect({ violations, dialogs, composer }).toEqual({ violations: [], dialogs: [], composer: true });
}

/** Clicking everything in an answer that can be clicked opens nothing but http addresses, through the host. */
async function expectNoCommandLinks(scope: string): Promise<void> {
  await chat.taken();
  await chat.ask(`fakeEditor.clickAll(${JSON.stringify(`${scope} [role=link], ${scope} .markdown *`)})`);
  const sent = (await chat.taken()).filter((message) => message.type !== 'copy' && message.type !== 'insert');
  for (const message of sent) {
    expect(message.type).toBe('open-link');
    if (message.type === 'open-link') expect(new URL(message.url).protocol).toMatch(/^https?:$/);
  }
  expect(await chat.seen('clickedLinks')).toEqual([]);
}

const textOf = async (selector: string): Promise<string> => (await chat.page.locator(selector).innerText()).replaceAll(emoji, '');

describe('[P10] text of an answer', () => {
  test.each(rows.filter(({ surface }) => surface === 'chat'))('$id: $expect', async (each) => {
    await judged(each, async () => {
      const id = `answer-${each.id}`;
      // Half of it first, as it arrives; then whole; then finished.
      await chat.send(snapshot([answer(each.text.slice(0, each.text.length / 2), { id, streaming: true })], { sessionId: each.id, running: true }));
      await chat.send({ type: 'appended', id, text: each.text.slice(each.text.length / 2) });
      await expectHarmless();
      await chat.send({ type: 'changed', item: answer(each.text, { id }) }, { type: 'status', status: status({ sessionId: each.id }) });
      await expectHarmless();
      await expectNoCommandLinks('.answer');
      const shown = await textOf('.answer .markdown');
      expect(hasHidden(shown)).toBe(false);
      if (each.forbid.includes('hidden-text')) {
        for (const word of wordsOf(each.text)) expect(shown).toContain(word);
      }
      if (each.id.startsWith('J148u')) expect(shown).toContain('https://evil.example/?d=SECRET');
    });
  });
});

describe('[P10] text in an approval', () => {
  test.each(rows.filter(({ surface }) => surface === 'approval'))('$id: $expect', async (each) => {
    await judged(each, async () => {
      const item = asking({ id: each.id, title: each.text, argumentsText: JSON.stringify({ command: each.text }, null, 2), reason: each.text }, { id: `approval-${each.id}` });
      await chat.send(snapshot([item], { sessionId: each.id, running: true, pending: 1 }));
      await chat.page.locator('.exact').waitFor();
      await expectHarmless();
      await expectNoCommandLinks('.call');
      expect(await chat.ask('fakeEditor.readExact(".exact")')).toBe(each.text);
      const shown = await chat.page.locator('.exact').innerText();
      expect(hasHidden(shown) || shown.includes('\u2800')).toBe(false);
      expect(hasHidden(await textOf('.call'))).toBe(false);
      // Nothing lies beyond the sides; what lies below has to be seen before anything can be allowed.
      const field = 'document.querySelector(".exact")';
      const wide = await chat.ask(`${field}.scrollWidth > ${field}.clientWidth`);
      const hidden = await chat.ask<boolean>(`${field}.scrollHeight > ${field}.clientHeight + 1`);
      expect(wide).toBe(false);
      await chat.page.locator('vscode-button:has-text("Deny"):not([disabled])').first().waitFor();
      expect(await chat.page.locator('vscode-button[disabled]', { hasText: 'Allow once' }).count()).toBe(hidden ? 1 : 0);
      if (hidden) {
        await chat.ask(`${field}.scrollTo(0, ${field}.scrollHeight)`);
        await chat.page.locator('vscode-button:has-text("Allow once"):not([disabled])').waitFor();
      }
    });
  });

  test('a double of a Latin letter is told from the letter', async () => {
    await chat.send(snapshot([asking({ id: 'double', argumentsText: JSON.stringify({ command: 'cat \u0430.txt' }) }, { id: 'approval-double' })], { sessionId: 'double' }));
    expect(await chat.page.locator('.exact .mark').allInnerTexts()).toEqual(['U+0430']);
  });
});

describe('text in a log line', () => {
  test.each(rows.filter(({ surface }) => surface === 'output-channel'))('$id: $expect', async (each) => {
    await judged(each, () => {
      const line = visibleLine(each.text);
      expect(line.split(/[\n\r\u2028\u2029\u0085\u000b\u000c]/)).toHaveLength(1);
      expect(hasHidden(line)).toBe(false);
      for (const word of wordsOf(each.text)) expect(line).toContain(word);
    });
  });
});
