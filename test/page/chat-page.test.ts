import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildForTest, Harness } from '../fixtures/webview/harness.js';
import type { ChatPage } from '../fixtures/webview/harness.js';
import { answer, call, guide, snapshot, status, user } from '../fixtures/webview/samples.js';

let harness: Harness;
let chat: ChatPage;

beforeAll(async () => {
  harness = await Harness.start(await buildForTest('webview-chat'));
  chat = await harness.open();
}, 120_000);
afterAll(() => harness.dispose());
beforeEach(async () => {
  await chat.send(snapshot([]));
  await chat.page.locator('.composer textarea').fill('');
  await chat.taken();
});

const area = () => chat.page.locator('.composer textarea');

describe('the composer', () => {
  test('Enter sends, Shift+Enter breaks the line', async () => {
    await area().fill('one');
    await area().press('Shift+Enter');
    await chat.page.keyboard.type('two');
    await area().press('Enter');
    expect(await chat.taken()).toEqual([{ type: 'send', text: 'one\ntwo' }]);
    expect(await area().inputValue()).toBe('');
  });

  test('nothing is sent while Axon works, without a model, or when there is only blank', async () => {
    await area().fill('text');
    await chat.send({ type: 'status', status: status({ running: true }) });
    await area().press('Enter');
    const { model: _, ...without } = status();
    await chat.send({ type: 'status', status: without });
    await area().press('Enter');
    await chat.send({ type: 'status', status: status() });
    await area().fill('  \n ');
    await area().press('Enter');
    expect(await chat.taken()).toEqual([]);
  });

  test('Escape and the stop button stop a run, and Escape does nothing when none goes on', async () => {
    await area().press('Escape');
    expect(await chat.taken()).toEqual([]);
    await chat.send({ type: 'status', status: status({ running: true }) });
    await area().press('Escape');
    await chat.page.getByRole('button', { name: 'Stop (Escape)' }).click();
    expect(await chat.taken()).toEqual([{ type: 'stop' }, { type: 'stop' }]);
  });

  test('ArrowUp brings earlier messages back, ArrowDown returns to the draft', async () => {
    await chat.send(snapshot([user('first'), user('second')]));
    await area().fill('draft');
    const seen: string[] = [];
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowDown', 'ArrowDown']) {
      await area().press(key);
      seen.push(await area().inputValue());
    }
    expect(seen).toEqual(['second', 'first', 'first', 'second', 'draft']);
  });

  test('a draft outlives a reload of the page', async () => {
    const other = await harness.open();
    await other.send(snapshot([]));
    await other.page.locator('.composer textarea').fill('half a thought');
    await other.page.reload();
    await other.until('fakeEditor.sent.length > 0');
    await other.send(snapshot([]));
    expect(await other.page.locator('.composer textarea').inputValue()).toBe('half a thought');
    await other.page.close();
  });

  test('an example prompt fills the composer and sends nothing', async () => {
    await chat.send(snapshot([], { model: guide }));
    await chat.page.getByRole('button', { name: 'read README.md' }).click();
    await expect.poll(() => area().inputValue()).toBe('read README.md');
    await chat.send({ type: 'compose', text: 'from the editor' });
    expect(await area().inputValue()).toBe('from the editor');
    expect(await chat.taken()).toEqual([]);
  });

  test('the agent is chosen with the keyboard, the model in the editor', async () => {
    await chat.page.locator('vscode-dropdown').focus();
    await chat.page.keyboard.press('Enter');
    await chat.page.keyboard.press('ArrowDown');
    await chat.page.keyboard.press('Enter');
    await chat.page.getByRole('button', { name: /Claude Sonnet/ }).click();
    expect(await chat.taken()).toEqual([{ type: 'select-agent', id: 'researcher' }, { type: 'command', command: 'chooseModel' }]);
  });
});

describe('the conversation', () => {
  test('an answer grows in place, and finished blocks are not drawn again', async () => {
    await chat.send(snapshot([answer('First.\n\nSecond.\n\nThird', { streaming: true })], { running: true }));
    await chat.ask('document.querySelector(".markdown p").kept = true');
    for (const text of [' part', ' two', '\n\n```js\nlet a']) await chat.send({ type: 'appended', id: 'a1', text });
    expect(await chat.ask('document.querySelector(".markdown p").kept')).toBe(true);
    expect(await chat.page.locator('.markdown code').innerText()).toBe('let a');
  });

  test('code is coloured when it is seen, and copied and inserted as it was written', async () => {
    const code = 'const a = "<b>&amp;";\nlet b = 2;';
    await chat.send(snapshot([answer(`\`\`\`ts\n${code}\n\`\`\``)]));
    await chat.page.locator('.hljs-keyword').first().waitFor();
    expect(await chat.page.locator('.code-block code').textContent()).toBe(code);
    await chat.page.locator('.code-block').getByRole('button', { name: 'Copy' }).click();
    await chat.page.getByRole('button', { name: 'Insert at the cursor' }).click();
    expect(await chat.taken()).toEqual([{ type: 'copy', text: code }, { type: 'insert', text: code }]);
  });

  test('a link opens through the host, by mouse and by keyboard', async () => {
    await chat.send(snapshot([answer('[docs](https://example.com/a)')]));
    await chat.page.getByRole('link').click();
    await chat.page.getByRole('link').press('Enter');
    expect(await chat.taken()).toEqual([{ type: 'open-link', url: 'https://example.com/a' }, { type: 'open-link', url: 'https://example.com/a' }]);
  });

  test('every answer of the guide says that it is no language model', async () => {
    await chat.send(snapshot([answer('a', { id: '1', model: 'Built-in guide', isLanguageModel: false }), answer('b', { id: '2', model: 'Built-in guide', isLanguageModel: false })]));
    expect(await chat.page.locator('.answer-head .tag').allInnerTexts()).toEqual(['no language model', 'no language model']);
  });

  test('a result is folded to its first lines and opens on request', async () => {
    await chat.send(snapshot([call({ output: Array.from({ length: 30 }, (_, line) => `line ${line}`).join('\n') })]));
    expect((await chat.page.locator('.output pre').innerText()).split('\n')).toHaveLength(4);
    await chat.page.getByRole('button', { name: 'Show all 30 lines' }).click();
    expect((await chat.page.locator('.output pre').innerText()).split('\n')).toHaveLength(30);
  });

  test.each(['denied', 'rejected', 'stopped', 'failed'] as const)('the button to copy lies over no text of a short result of a %s call', async (state) => {
    await chat.send(snapshot([call({ state, output: 'Nobody answered in time, so the call was refused and nothing of it was done. '.repeat(2).trim() })]));
    if (await chat.page.locator('.output').count() === 0) await chat.page.locator('.call-head').click();
    const apart = await chat.ask('(() => { const text = document.createRange(); text.selectNodeContents(document.querySelector(".output pre")); const { left } = document.querySelector(".output .icon-button").getBoundingClientRect(); return [...text.getClientRects()].every((line) => line.right <= left); })()');
    expect(apart).toBe(true);
  });

  test('it follows the end unless the reader scrolled up, and goes back on request', async () => {
    const long = Array.from({ length: 80 }, (_, line) => `Line ${line} of a long answer.`).join('\n\n');
    await chat.send(snapshot([answer(long, { streaming: true })], { running: true, sessionId: 'long' }));
    const distance = 'Math.round((() => { const s = document.querySelector(".scroller"); return s.scrollHeight - s.scrollTop - s.clientHeight; })())';
    await expect.poll(() => chat.ask(distance)).toBeLessThan(2);
    await chat.send({ type: 'appended', id: 'a1', text: '\n\nmore\n\nmore\n\nmore' });
    await expect.poll(() => chat.ask(distance)).toBeLessThan(2);
    await chat.page.locator('.scroller').hover();
    await chat.page.mouse.wheel(0, -600);
    await chat.page.locator('.to-newest').waitFor();
    await chat.send({ type: 'appended', id: 'a1', text: '\n\nmore\n\nmore' });
    expect(await chat.ask<number>(distance)).toBeGreaterThan(300);
    await chat.page.locator('.to-newest').click();
    await expect.poll(() => chat.ask(distance)).toBeLessThan(2);
    await chat.page.locator('.to-newest').waitFor({ state: 'detached' });
  });

  test('one broken entry, or a message that is none, takes nothing away', async () => {
    const good = snapshot([user('still here')]);
    await chat.sendRaw({ ...good, items: [{ kind: 'call', id: 7 }, user('still here')] }, { type: 'nonsense' }, 'text', null);
    expect(await chat.page.locator('.user').innerText()).toBe('still here');
    expect(await chat.page.locator('.notice').innerText()).toContain('could not be read');
  });
});

describe('sessions and menu', () => {
  const sessions = [{ id: 's1', title: 'One', updatedAt: Date.now(), active: true }, { id: 's2', title: 'Two', updatedAt: Date.now() - 86_400_000, active: false }];

  test('the list opens, renames in place, deletes after a question, and returns the focus', async () => {
    await chat.page.getByRole('button', { name: 'Sessions' }).click();
    await chat.send({ type: 'sessions', sessions });
    expect(await chat.taken()).toEqual([{ type: 'list-sessions' }]);
    await chat.page.getByRole('button', { name: 'Rename Two' }).click();
    await chat.until('document.activeElement?.localName === "vscode-text-field"');
    await chat.page.keyboard.press('Control+a');
    await chat.page.keyboard.type('Renamed');
    await chat.page.keyboard.press('Enter');
    await chat.page.getByRole('button', { name: 'Delete Two' }).click();
    expect(await chat.taken()).toEqual([{ type: 'rename-session', id: 's2', title: 'Renamed' }]);
    await chat.page.locator('.session-edit vscode-button', { hasText: 'Delete' }).click();
    expect(await chat.taken()).toEqual([{ type: 'delete-session', id: 's2' }]);
    await chat.page.keyboard.press('Escape');
    await chat.page.locator('.sessions').waitFor({ state: 'detached' });
    expect(await chat.ask('document.activeElement.getAttribute("aria-label")')).toBe('Sessions');
  });

  test('arrow keys walk through the list, and Enter opens', async () => {
    await chat.page.getByRole('button', { name: 'Sessions' }).click();
    await chat.send({ type: 'sessions', sessions });
    await chat.page.locator('.sessions button').nth(2).waitFor();
    await chat.page.keyboard.press('ArrowDown');
    await chat.page.keyboard.press('ArrowDown');
    await chat.page.keyboard.press('Enter');
    expect(await chat.taken()).toEqual([{ type: 'list-sessions' }, { type: 'open-session', id: 's2' }]);
  });

  test('the menu works by keyboard alone', async () => {
    await chat.page.getByRole('button', { name: 'More' }).press('Enter');
    await chat.until('document.activeElement?.getAttribute("role") === "menuitem"');
    await chat.page.keyboard.press('ArrowDown');
    await chat.page.keyboard.press('Enter');
    expect(await chat.taken()).toEqual([{ type: 'command', command: 'revokeSessionPermissions' }]);
    expect(await chat.page.locator('.menu').count()).toBe(0);
    expect(await chat.ask('document.activeElement.getAttribute("aria-label")')).toBe('More');
  });
});

test('the ways to a model are offered while there is none', async () => {
  const { model: _, ...without } = status();
  await chat.send({ type: 'status', status: without });
  for (const way of await chat.page.locator('.way').all()) await way.click();
  expect(await chat.taken()).toEqual(['useGuide', 'chooseModel', 'setApiKey', 'useLocalModel'].map((command) => ({ type: 'command', command })));
});

test('nothing of this broke the policy of the page', async () => {
  expect(await chat.seen('violations')).toEqual([]);
  expect(chat.errors).toEqual([]);
  expect(chat.requests).toEqual([]);
});
