import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ApprovalRequest } from '../../src/gate/approval.js';
import { exactLine } from '../../src/protocol/exact-text.js';
import { hasHidden } from '../../src/visible.js';
import { headline, pickText, requestText, rowOfRequest, wholeRequest } from '../../src/vscode/approval-text.js';
import { buildForTest, Harness } from '../fixtures/webview/harness.js';
import type { ChatPage } from '../fixtures/webview/harness.js';
import { asking, snapshot } from '../fixtures/webview/samples.js';
import { loadCorpus } from './lib/corpus.js';
import { Tally } from './lib/tally.js';

/** Texts that try to make an approval say something else than what would run, on every surface that shows one. */
const own = loadCorpus('approval-text', z.strictObject({ id: z.string(), text: z.string(), why: z.string() }));
const shared = loadCorpus('rendering', z.object({ id: z.string(), surface: z.string(), text: z.string() })).filter(({ surface }) => surface === 'approval');
const rows = [...own, ...shared];
const tally = new Tally('approval-text', rows.map(({ id }) => id));

let harness: Harness;
let chat: ChatPage;
beforeAll(async () => {
  harness = await Harness.start(await buildForTest('webview-approval-text'));
  chat = await harness.open({ width: 420, height: 900 });
}, 120_000);
afterAll(async () => {
  await harness.dispose();
  tally.finish();
});

const rightToLeft = /\p{Script=Hebrew}|\p{Script=Arabic}|\p{Script=Nko}|\p{Script=Adlam}|\p{Script=Syriac}|\p{Script=Thaana}/u;
const everyMark = /⟨([^⟨⟩]*)⟩/g;
const knownMark = /^(?:(?:\\u[\da-f]{4}|\\u\{[\da-f]{5,6}\}|\\t)(?: ×[\d,]+)?|(?:\\u[\da-f]{4}|\\u\{[\da-f]{5,6}\})+|[\d,]+ spaces?|[\d,]+ empty lines|U\+[\dA-F]{4,6}|\\n)$/;

/** Turns the marks back into what they stand for. */
function original(shown: string): string {
  return shown.replaceAll(everyMark, (_whole, mark: string) => {
    const number = (text: string | undefined): number => Number((text ?? '1').replaceAll(',', ''));
    const spaces = /^([\d,]+) spaces?$/.exec(mark);
    if (spaces) return ' '.repeat(number(spaces[1]));
    const lines = /^([\d,]+) empty lines$/.exec(mark);
    if (lines) return '\n'.repeat(number(lines[1]) - 1);
    if (mark.startsWith('U+')) return '';
    if (mark === '\\n') return '\n';
    const [, run = '', times] = /^(.*?)(?: ×([\d,]+))?$/s.exec(mark) ?? [];
    const characters = run.replaceAll(/\\t|\\u\{([\da-f]+)\}|\\u([\da-f]{4})/g, (escape, long?: string, short?: string) => (escape === '\\t' ? '\t' : String.fromCodePoint(Number.parseInt(long ?? short ?? '', 16))));
    return characters.repeat(number(times));
  });
}

function expectHonest(shown: string): void {
  expect(hasHidden(shown)).toBe(false);
  expect(shown).not.toMatch(rightToLeft);
  for (const [, mark] of shown.matchAll(everyMark)) expect(mark).toMatch(knownMark);
  expect(shown.replaceAll(everyMark, '#')).not.toMatch(/[⟨⟩\u2329\u232a]| {9}/);
}

const requestOf = (text: string): ApprovalRequest => ({
  id: 'i', callId: 'c', sessionId: 's', agent: 'assistant', tool: 'shell_execute', title: `Run ${text}`, argumentsText: JSON.stringify({ command: text }, null, 2), hash: 'h',
  risk: 'high', rule: 'command.asks', reason: text, warnings: [], grant: { key: 'k', label: `Run exactly "${text}"` }, askedAt: 0, expiresAt: 1, answerableAt: 0,
});

async function judged(id: string, check: () => Promise<void> | void): Promise<void> {
  let held = false;
  try {
    await check();
    held = true;
  } finally {
    tally.record({ id, kind: 'attack', letThrough: !held });
  }
}

describe('[P10] an approval says what it is about', () => {
  test.each(rows)('$id, in titles, notifications, lists and documents: $text', ({ id, text }) => judged(id, () => {
    const request = requestOf(text);
    const title = exactLine(request.title);
    expect(original(title)).toBe(request.title);
    const oneLine = [title, headline(request), pickText(request.title), wholeRequest(request), rowOfRequest(request)].flatMap((each) => each ?? []);
    for (const shown of oneLine) {
      expectHonest(shown);
      expect(shown).not.toMatch(/[\n\r]/);
    }
    for (const shown of [headline(request), wholeRequest(request) ?? '']) expect(shown).not.toContain('](');
    for (const shown of [pickText(request.title), rowOfRequest(request) ?? '']) expect(shown).not.toContain('$(');
    const document = requestText(request);
    expectHonest(document);
    const [head = '', shown = ''] = document.split('could not be seen:\n\n');
    expect(original(shown)).toBe(`${request.argumentsText}\n`);
    // Each line of the head is one of ours; a text can't add another.
    expect(head.split('\n').map((line) => /^\w+:/.exec(line)?.[0] ?? '').slice(2, 6)).toEqual(['Tool:', 'Risk:', 'Reason:', 'Session:']);
  }));

  test.each(own)('$id, on the card: $text', async ({ id, text }) => judged(id, async () => {
    const item = asking({ id, title: exactLine(`Run ${text}`), argumentsText: JSON.stringify({ command: text }, null, 2), reason: text }, { id, grantLabel: text, warnings: [text] });
    await chat.send(snapshot([item], { sessionId: id, running: true, pending: 1 }));
    expect(await chat.ask('fakeEditor.readExact(".exact")')).toBe(text);
    const field = await chat.ask<{ wide: boolean; text: string }>('(() => { const field = document.querySelector(".exact"); return { wide: field.scrollWidth > field.clientWidth, text: field.innerText }; })()');
    expect([field.wide, hasHidden(field.text)]).toEqual([false, false]);
    for (const place of ['.call-title', '.reason', '.warnings', '.grant']) expectHonest(await chat.page.locator(place).innerText());
    expect(chat.requests).toEqual([]);
    expect(chat.errors).toEqual([]);
  }));
});
