import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildForTest, Harness } from '../fixtures/webview/harness.js';
import type { ChatPage } from '../fixtures/webview/harness.js';
import { asking, call, snapshot, status } from '../fixtures/webview/samples.js';
import { states } from '../fixtures/webview/states.js';

let harness: Harness;
let chat: ChatPage;

beforeAll(async () => {
  harness = await Harness.start(await buildForTest('webview-judged'));
  chat = await harness.open({ width: 420, height: 800 });
}, 120_000);
afterAll(() => harness.dispose());
beforeEach(async () => {
  await chat.send(snapshot([]));
  await chat.page.locator('.composer textarea').fill('');
  await chat.taken();
});

const card = (id: string) => chat.page.locator(`[data-call="${id}"]`);

describe('a refused card', () => {
  test('says why, by which rule, and what to do instead', async () => {
    await chat.send(...states['refused']!);
    const text = await card('refused').innerText();
    for (const part of ['Refused because: "docker" is not on the list of commands.', 'Instead: Use one of: cat', 'Rule command.not-listed']) expect(text).toContain(part);
  });

  test('[P12] offers to allow the command here, and names it by its card alone', async () => {
    await chat.send(...states['refused']!);
    await chat.page.getByRole('button', { name: 'Allow this command here…' }).click();
    expect(await chat.taken()).toEqual([{ type: 'allow-here', id: 'refused' }]);
  });

  test('offers it for nothing that was refused for another reason', async () => {
    await chat.send(snapshot([call({ state: 'denied', rule: 'command.chaining', reason: 'Two commands.' })]));
    await chat.page.getByText('command.chaining').waitFor();
    expect(await chat.page.getByRole('button', { name: 'Allow this command here…' }).count()).toBe(0);
  });

  test('says that the command was allowed, and puts the next message behind what is being written', async () => {
    await chat.page.locator('.composer textarea').fill('And another thing.');
    await chat.send(...states['refused']!);
    expect(await card('allowed').locator('.allowed-here').innerText()).toContain('You allowed this command here. It still asks each time.');
    expect(await card('allowed').getByRole('button', { name: 'Allow this command here…' }).count()).toBe(0);
    await card('allowed').getByRole('button', { name: 'Ask the agent to try again' }).click();
    expect(await chat.taken()).toEqual([{ type: 'try-again', id: 'allowed' }]);
    await chat.send({ type: 'compose', text: 'Please try it again.', append: true });
    expect(await chat.page.locator('.composer textarea').inputValue()).toBe('And another thing.\n\nPlease try it again.');
    expect(await chat.taken()).toEqual([]);
  });
});

test('every card that was judged explains itself, by keyboard too, and none that was not', async () => {
  const { risk: _, ...unjudged } = call({ id: 'unjudged', state: 'stopped', rule: 'loop.repeated-calls' });
  const { approval, ...done } = asking({ id: 'done', state: 'done', allowedBy: 'policy' });
  expect(approval).toBeDefined();
  await chat.send(snapshot([asking({ id: 'asks' }), done, unjudged]));
  for (const id of ['done', 'unjudged']) await card(id).locator('.call-head').click();
  for (const id of ['asks', 'done']) {
    await card(id).getByRole('button', { name: 'Explain' }).focus();
    await chat.page.keyboard.press('Enter');
  }
  expect((await chat.taken()).filter(({ type }) => type === 'explain')).toEqual([{ type: 'explain', id: 'asks' }, { type: 'explain', id: 'done' }]);
  expect(await card('unjudged').getByRole('button', { name: 'Explain' }).count()).toBe(0);
});

describe('an asking card', () => {
  test('[P11] warns first of what a file can do, and says where a link leads', async () => {
    await chat.send(...states['asking about configuration']!);
    expect(await card('config').locator('.warnings li').allInnerTexts()).toEqual([
      'notes.md (really .vscode/tasks.json) is editor configuration: it can start programs when the folder is opened.',
      'notes.md leads through a link: what is written is really .vscode/tasks.json.',
    ]);
    expect(await card('config').getByRole('button', { name: /^Allow for session/ }).count()).toBe(0);
  });

  test('[P10] keeps its warnings next to its buttons, however long what it shows is', async () => {
    const fields = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`field${n}`, 'line\n'.repeat(60)]));
    await chat.send(snapshot([asking({ id: 'long', argumentsText: JSON.stringify(fields) }, { id: 'long', warnings: ['It can start programs.'] })], { running: true, pending: 1 }));
    const distance = await chat.ask<number>('document.querySelector(".approval-actions").getBoundingClientRect().top - document.querySelector(".warnings").getBoundingClientRect().bottom');
    expect(distance).toBeLessThan(20);
  });
});

describe('the mark of outside content', () => {
  test('[P6] is shown with each source and its time, newest first, and can be cleared', async () => {
    await chat.send(...states['tainted']!);
    const banner = chat.page.getByRole('region', { name: 'Outside content was read' });
    expect(await banner.getByRole('list').count()).toBe(0);
    await banner.getByRole('button', { name: '3 sources' }).press('Enter');
    const rows = await banner.getByRole('listitem').allInnerTexts();
    expect(rows.map((row) => row.replaceAll(/\s+/g, ' '))).toEqual([
      'https://example.com/ just now',
      'https://blog.example.org/a-very-long-address/that-has-to-wrap/somewhere?with=parameters&and=more 6 min ago',
      'https://docs.example.com/guide/getting-started 1 h ago',
    ]);
    await banner.getByRole('button', { name: 'Clear… the mark of outside content' }).click();
    expect(await chat.taken()).toEqual([{ type: 'command', command: 'clearTaint' }]);
    await chat.send({ type: 'status', status: status({ taint: [] }) });
    expect(await banner.count()).toBe(0);
  });

  test('[P10] hides nothing in the name of a source', async () => {
    await chat.send(snapshot([], { taint: [{ source: `https://a.example/${' '.repeat(60)}\u202eb`, at: 0 }] }));
    await chat.page.getByRole('button', { name: '1 source' }).click();
    expect(await chat.page.locator('.taint-source').innerText()).toBe('https://a.example/⟨60 spaces⟩⟨\\u202e⟩b');
  });
});

test('nothing of this broke the policy of the page', async () => {
  expect(await chat.seen('violations')).toEqual([]);
  expect(chat.errors).toEqual([]);
});
