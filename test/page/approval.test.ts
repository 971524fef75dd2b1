import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildForTest, Harness } from '../fixtures/webview/harness.js';
import type { ChatPage } from '../fixtures/webview/harness.js';
import { asking, call, hash, snapshot, status, user } from '../fixtures/webview/samples.js';

let harness: Harness;
let chat: ChatPage;

beforeAll(async () => {
  harness = await Harness.start(await buildForTest('webview-approval'));
  chat = await harness.open({ width: 420, height: 800 });
}, 120_000);
afterAll(() => harness.dispose());
beforeEach(async () => {
  await chat.send(snapshot([]));
  await chat.taken();
});

let count = 0;
/** Cards of their own, so that nothing of an earlier test is left in them. */
const fresh = (): string => `card-${++count}`;
const button = (text: string, within = '.call') => chat.page.locator(`${within} vscode-button`, { hasText: text });
const armed = (text: string, within = '.call') => chat.page.locator(`${within} vscode-button:not([disabled])`, { hasText: text }).first();
const answers = async () => (await chat.taken()).filter((message) => message.type === 'answer');

describe('an approval card', () => {
  test('[P4] answers with the id and the hash it showed', async () => {
    const id = fresh();
    await chat.send(snapshot([user('go'), asking({ id }, { id })], { running: true, pending: 1 }));
    await armed('Allow once').click();
    expect(await answers()).toEqual([{ type: 'answer', id, hash, answer: { type: 'allow-once' } }]);
  });

  test('[P4] answers once: a second click, a key and the other buttons do nothing', async () => {
    const id = fresh();
    await chat.send(snapshot([asking({ id }, { id })], { running: true, pending: 1 }));
    await armed('Allow once').waitFor();
    await chat.ask(`(() => {
      const buttons = [...document.querySelectorAll('.call vscode-button')];
      for (let round = 0; round < 3; round++) for (const button of buttons) button.click();
      document.querySelector('.call').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }));
    })()`);
    await chat.frames();
    expect(await answers()).toHaveLength(1);
    expect(await button('Allow once').count()).toBe(0);
    expect(await chat.page.locator('.approval-over').innerText()).toBe('Allowed once.');
  });

  test('[P4] its buttons are dead until the host takes answers', async () => {
    const id = fresh();
    await chat.send(snapshot([asking({ id }, { id, answerableAt: Date.now() + 1500 })], { running: true, pending: 1 }));
    await chat.ask('document.querySelectorAll(".call vscode-button").forEach((button) => button.click())');
    await chat.page.waitForTimeout(900);
    await chat.ask('document.querySelectorAll(".call vscode-button").forEach((button) => button.click())');
    expect(await answers()).toEqual([]);
    await armed('Deny').click();
    expect(await answers()).toMatchObject([{ answer: { type: 'deny' } }]);
  });

  test('the host\'s clock counts, not the one of the page', async () => {
    const id = fresh();
    const ahead = 3_600_000;
    await chat.send(snapshot([asking({ id }, { id, answerableAt: Date.now() + ahead - 500, expiresAt: Date.now() + ahead + 90_500 })], { now: Date.now() + ahead, running: true, pending: 1 }));
    expect(await chat.page.locator('.time-left').innerText()).toMatch(/^1:\d\d left$/);
    await armed('Allow once').waitFor();
  });

  test('[P4] an answer to one card leaves the others dead for a moment, so that a double click answers one', async () => {
    const [one, two] = [fresh(), fresh()];
    await chat.send(snapshot([asking({ id: one }, { id: one }), asking({ id: two }, { id: two })], { running: true, pending: 2 }));
    await armed('Deny', `[data-call="${two}"]`).waitFor();
    await armed('Allow once', `[data-call="${one}"]`).waitFor();
    await chat.ask(`document.querySelector('[data-call="${one}"] vscode-button').click()`);
    await chat.ask(`document.querySelector('[data-call="${two}"] vscode-button').click()`);
    expect(await answers()).toMatchObject([{ id: one }]);
    await armed('Allow once', `[data-call="${two}"]`).click();
    expect(await answers()).toMatchObject([{ id: two }]);
  });

  test('[P4] a card whose time is up is inert', async () => {
    const id = fresh();
    await chat.send(snapshot([asking({ id }, { id, expiresAt: Date.now() + 900 })], { running: true, pending: 1 }));
    await chat.page.locator('.approval-over').waitFor();
    expect(await button('Allow once').count()).toBe(0);
    expect(await chat.page.locator('.approval-over').innerText()).toContain('denied');
  });

  test('a card that was answered elsewhere closes at once', async () => {
    const id = fresh();
    await chat.send(snapshot([asking({ id }, { id })], { running: true, pending: 1 }), { type: 'changed', item: call({ id, state: 'running', startedAt: Date.now() }) });
    expect(await button('Allow once').count()).toBe(0);
  });

  test('a card that the host asks again can be answered again', async () => {
    const id = fresh();
    await chat.send(snapshot([asking({ id }, { id })], { running: true, pending: 1 }));
    await armed('Deny').click();
    expect(await answers()).toHaveLength(1);
    // For a moment after an answer no other one is taken.
    await chat.page.waitForTimeout(700);
    await chat.send({ type: 'changed', item: asking({ id }, { id }) });
    await armed('Deny').click();
    expect(await answers()).toHaveLength(1);
  });

  test('the session grant is offered with its label, or not at all', async () => {
    const [one, two] = [fresh(), fresh()];
    await chat.send(snapshot([asking({ id: one }, { id: one, grantLabel: 'Run exactly "npm test"' })], { running: true, pending: 1 }));
    expect(await chat.page.locator('.grant').innerText()).toBe('Run exactly "npm test"');
    await armed('Allow for session').click();
    expect(await answers()).toMatchObject([{ answer: { type: 'allow-session' } }]);
    const { approval, ...rest } = asking({ id: two });
    const { grantLabel: _, ...bare } = approval!;
    await chat.send(snapshot([{ ...rest, approval: { ...bare, id: two } }], { running: true, pending: 1 }));
    await armed('Allow once').waitFor();
    expect(await button('Allow for session').count()).toBe(0);
  });

  test('a denial can carry a word to the model', async () => {
    const id = fresh();
    await chat.send(snapshot([asking({ id }, { id })], { running: true, pending: 1 }));
    await armed('Deny with a word').click();
    await chat.until('document.activeElement?.localName === "vscode-text-field"');
    await chat.page.keyboard.type('Use pnpm instead');
    await chat.page.locator('vscode-button:not([disabled])', { hasText: 'Deny and tell' }).waitFor();
    await chat.page.keyboard.press('Enter');
    expect(await answers()).toMatchObject([{ answer: { type: 'deny', note: 'Use pnpm instead' } }]);
  });

  test('what would run has to be seen to its end before it can be allowed; denying is open', async () => {
    const id = fresh();
    const code = Array.from({ length: 200 }, (_, line) => `print(${line})`).join('\n');
    await chat.send(snapshot([asking({ id, argumentsText: JSON.stringify({ code }) }, { id })], { running: true, pending: 1 }));
    await armed('Deny').waitFor();
    expect(await chat.page.locator('.call vscode-button[disabled]').allInnerTexts()).toEqual(['Allow once', 'Allow for session']);
    await chat.ask('document.querySelector(".exact").scrollTo(0, 1e6)');
    await armed('Allow once').click();
    expect(await answers()).toHaveLength(1);
  });

  test('never takes the focus by itself, and takes keys only while the focus is in it', async () => {
    const id = fresh();
    await chat.page.locator('.composer textarea').focus();
    await chat.send(snapshot([user('x')], { running: true }), { type: 'added', item: asking({ id }, { id }) });
    await armed('Allow once').waitFor();
    expect(await chat.ask('document.activeElement.localName')).toBe('textarea');
    await chat.page.keyboard.press('Control+Enter');
    await chat.page.keyboard.press('Enter');
    expect(await answers()).toEqual([]);
    await chat.page.locator('.waiting').click();
    expect(await chat.ask('document.activeElement.dataset.call')).toBe(id);
    for (const key of ['Enter', 'y', 'Space']) await chat.page.keyboard.press(key);
    expect(await answers()).toEqual([]);
    await chat.page.keyboard.press('Control+Enter');
    expect(await answers()).toMatchObject([{ answer: { type: 'allow-once' } }]);
  });

  test('[P10] going back from a word to the model puts no other answer under the focus or the pointer', async () => {
    const id = fresh();
    await chat.send(snapshot([asking({ id }, { id })], { running: true, pending: 1 }));
    await armed('Deny with a word').click();
    await button('Back').waitFor();
    // As two clicks of a double click: the second one comes before anything else.
    await chat.ask(`(() => { const back = [...document.querySelectorAll('.call vscode-button')].find((each) => each.textContent === 'Back'); back.focus(); back.click(); })()`);
    await chat.frames();
    expect(await chat.ask('document.activeElement.dataset.call')).toBe(id);
    await chat.ask("document.querySelectorAll('.call vscode-button').forEach((each) => each.click())");
    for (const key of ['Enter', 'Space']) await chat.page.keyboard.press(key);
    expect(await answers()).toEqual([]);
    await armed('Allow once').click();
    expect(await answers()).toHaveLength(1);
  });

  test('[P10] buttons that were pushed elsewhere take no click until they have stood still again', async () => {
    const [one, two] = [fresh(), fresh()];
    await chat.send(snapshot([call({ id: one, state: 'running', output: 'x' }), asking({ id: two }, { id: two })], { running: true, pending: 1 }));
    await armed('Allow once').waitFor();
    // The card above grows, and the click that was aimed at another place lands on a button at the same instant.
    await chat.ask(`(() => {
      const above = document.querySelector('[data-call="${one}"]');
      above.style.height = above.getBoundingClientRect().height + 60 + 'px';
      document.querySelector('[data-call="${two}"] vscode-button').click();
    })()`);
    expect(await answers()).toEqual([]);
    await chat.page.locator(`[data-call="${two}"] vscode-button[disabled]`, { hasText: 'Allow once' }).waitFor();
    await armed('Allow once').click();
    expect(await answers()).toHaveLength(1);
  });

  test('[P4] a new question of the same call is a new card: no focus, nothing read, nothing armed is carried over', async () => {
    const id = fresh();
    const long = JSON.stringify({ code: Array.from({ length: 200 }, (_, line) => `print(${line})`).join('\n') });
    await chat.send(snapshot([asking({ id }, { id })], { running: true, pending: 1 }));
    await armed('Allow once').waitFor();
    await chat.ask("document.querySelector('.call vscode-button').focus()");
    await chat.send({ type: 'changed', item: asking({ id, argumentsText: long }, { id: `${id}-again` }) });
    expect(await chat.ask('document.activeElement === document.body')).toBe(true);
    await armed('Deny').waitFor();
    expect(await chat.page.locator('.call vscode-button[disabled]').allInnerTexts()).toEqual(['Allow once', 'Allow for session']);
  });

  test('[P10] no redrawing of the page puts the focus on a button of an approval', async () => {
    const id = fresh();
    const item = asking({ id }, { id });
    const focused = () => chat.ask<string>('document.activeElement.closest(".approval") ? "approval" : document.activeElement.localName');
    await chat.page.locator('.composer textarea').focus();
    await chat.send(snapshot([item], { running: true, pending: 1 }));
    expect(await focused()).toBe('textarea');
    await chat.ask("document.querySelector('.scroller').scrollTo(0, 0)");
    await chat.send({ type: 'changed', item: call({ id, state: 'running' }) }, { type: 'changed', item }, { type: 'status', status: status({ running: true, pending: 1 }) });
    expect(await focused()).toBe('textarea');
    await chat.ask('document.activeElement.blur()');
    await chat.send(snapshot([item], { running: true, pending: 1 }));
    expect(await focused()).toBe('body');
    // A page that was hidden is made anew.
    const other = await harness.open({ width: 420 });
    await other.send(snapshot([item], { running: true, pending: 1 }));
    expect(await other.ask('document.activeElement.localName')).toBe('body');
    expect(await other.page.locator('.call vscode-button:not([disabled])').allInnerTexts()).toEqual([]);
    await other.page.close();
  });

  test('the diff is shown on request', async () => {
    const id = fresh();
    await chat.send(snapshot([asking({ id }, { id, hasDiff: true, added: 3, removed: 1 })], { running: true, pending: 1 }));
    await button('Show diff').click();
    expect(await chat.taken()).toEqual([{ type: 'show-diff', id }]);
    expect(await chat.page.locator('.changed-lines').innerText()).toBe('+3 −1');
  });

  test('nothing it did broke the policy of the page', async () => {
    expect(await chat.seen('violations')).toEqual([]);
    expect(chat.errors).toEqual([]);
  });
});
