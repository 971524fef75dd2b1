import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Item } from '../../src/protocol/transcript.js';
import { png } from '../fixtures/results/png.js';
import { buildForTest, Harness } from '../fixtures/webview/harness.js';
import type { ChatPage } from '../fixtures/webview/harness.js';
import { file, pngFile, ran, sendResult, svgFile, tableFile, tellResult } from '../fixtures/webview/results.js';
import { answer, asking, call, snapshot, user } from '../fixtures/webview/samples.js';

let harness: Harness;
let chat: ChatPage;
let figure: Buffer;
let session = 0;

beforeAll(async () => {
  figure = await readFile(path.join(import.meta.dirname, '../fixtures/results/figure.svg'));
  harness = await Harness.start(await buildForTest('webview-results'));
  chat = await harness.open();
}, 120_000);
afterAll(() => harness.dispose());
beforeEach(async () => {
  session += 1;
  await chat.send(snapshot([], { sessionId: `before ${session}` }));
  await chat.taken();
});

const show = (...items: readonly Item[]) => chat.send(snapshot(items, { sessionId: `s${session}` }));
const image = () => chat.page.locator('.result-picture img');
const asked = async () => (await chat.taken()).filter(({ type }) => type === 'get-result');

describe('a picture', () => {
  test('is asked for once, shown while the card is folded, with name, size and bytes', async () => {
    await show(ran([pngFile('figure-1.png', 64, 48)]));
    await chat.until('fakeEditor.sent.length > 0');
    expect(await chat.page.locator('.call-head').getAttribute('aria-expanded')).toBe('false');
    expect(await chat.page.locator('.picture-wait').boundingBox()).toMatchObject({ width: 64 });
    await sendResult(chat, 'run', 'figure-1.png', png(64, 48));
    await image().waitFor();
    await chat.until('document.querySelector(".result-picture img").naturalWidth === 64');
    expect(await image().getAttribute('alt')).toBe('figure-1.png');
    expect(await image().getAttribute('src')).toMatch(/^blob:/);
    expect(await chat.page.locator('.result-head').innerText()).toContain('64 × 48 pixels, 12.1 KB');
    await chat.send({ type: 'changed', item: ran([pngFile('figure-1.png', 64, 48)], { summary: 'later' }) });
    expect(await asked()).toEqual([{ type: 'get-result', id: 'run', name: 'figure-1.png' }]);
  });

  test('that is far from the screen is not asked for before somebody comes near', async () => {
    await show(ran([pngFile('far.png')]), answer(Array.from({ length: 200 }, (_, line) => `Line ${line}.`).join('\n\n')));
    await chat.page.waitForTimeout(200);
    expect(await asked()).toEqual([]);
    await chat.page.locator('.scroller').hover();
    await chat.page.mouse.wheel(0, -100_000);
    await chat.until('fakeEditor.sent.length > 0');
    expect(await asked()).toHaveLength(1);
  });

  test('loses its address when it goes', async () => {
    await show(ran([pngFile('a.png', 8, 8)]));
    await sendResult(chat, 'run', 'a.png', png(8, 8));
    const url = await image().getAttribute('src');
    expect(await chat.ask(`new Promise((done) => { const i = new Image(); i.onload = () => done(true); i.onerror = () => done(false); i.src = ${JSON.stringify(url)}; })`)).toBe(true);
    await chat.send(snapshot([], { sessionId: 'other' }));
    expect(await chat.ask(`new Promise((done) => { const i = new Image(); i.onload = () => done(true); i.onerror = () => done(false); i.src = ${JSON.stringify(url)}; })`)).toBe(false);
    chat.errors.splice(0);
  });

  test('is as large as the column allows, and in its own size on request, by keyboard', async () => {
    await show(ran([pngFile('wide.png', 1200, 600)]));
    await sendResult(chat, 'run', 'wide.png', png(1200, 600));
    await image().waitFor();
    const fit = (await image().boundingBox())!;
    expect(fit.width).toBeGreaterThan(250);
    expect(fit.width).toBeLessThan(360);
    expect(fit.width / fit.height).toBeCloseTo(2, 1);
    await chat.page.getByRole('button', { name: 'Enlarge wide.png' }).press('Enter');
    await chat.until('document.querySelector(".result-picture img").clientWidth === 1200');
    expect(await chat.ask('(() => { const { scrollWidth, clientWidth, tabIndex } = document.querySelector(".picture-frame"); return [scrollWidth > clientWidth, tabIndex, document.querySelector(".scroller").scrollWidth <= document.querySelector(".scroller").clientWidth]; })()')).toEqual([true, 0, true]);
    expect(await chat.ask('document.activeElement.textContent')).toBe('Fit');
    await chat.page.getByRole('button', { name: 'Fit wide.png' }).press('Enter');
    await chat.until('document.querySelector(".result-picture img").clientWidth < 360');
  });

  test.each([
    ['what is none', Buffer.from('<svg onload="alert(1)">'), 'It is no PNG picture.'],
    ['too many pixels', png(20_000, 20_000, Buffer.alloc(0)), 'It has 20,000 × 20,000 pixels; at most 10,000 a side are shown.'],
    ['a head that is broken', Buffer.concat([png(8, 8).subarray(0, 24), Buffer.alloc(9, 77), png(8, 8).subarray(33)]), 'Its data is broken.'],
    ['what the host no longer has', 'It is not kept any more.', 'It is not kept any more.'],
  ])('can not be made of %s, which is said, and can be asked for again', async (_, given, reason) => {
    await show(ran([pngFile('bad.png', 8, 8)]));
    await sendResult(chat, 'run', 'bad.png', given);
    await expect.poll(() => chat.page.locator('.picture-problem').innerText()).toContain(`This picture can’t be shown. ${reason}`);
    expect(await image().count()).toBe(0);
    await asked();
    await chat.page.getByRole('button', { name: 'Try again: bad.png' }).click();
    await chat.until('fakeEditor.sent.length > 0');
    await sendResult(chat, 'run', 'bad.png', png(8, 8));
    await image().waitFor();
  });

  test('an answer that nobody asked for changes nothing', async () => {
    await show(ran([pngFile('a.png', 8, 8)]));
    await chat.until('fakeEditor.sent.length > 0');
    await tellResult(chat, 'run', 'b.png', png(8, 8));
    await tellResult(chat, 'other', 'a.png', png(8, 8));
    expect(await image().count()).toBe(0);
  });
});

test('a figure of matplotlib looks the same after it was written anew', async () => {
  await show(ran([svgFile('figure.svg')]));
  await sendResult(chat, 'run', 'figure.svg', figure);
  await image().waitFor();
  expect(await chat.page.locator('.result-head').innerText()).toContain('672 × 307 pixels');
  const different = await chat.ask<number>(`(async () => {
    const pixels = async (url) => {
      const image = new Image(672, 307);
      image.src = url;
      await image.decode();
      const context = Object.assign(document.createElement('canvas'), { width: 1344, height: 614 }).getContext('2d');
      context.drawImage(image, 0, 0, 1344, 614);
      return context.getImageData(0, 0, 1344, 614).data;
    };
    const given = await pixels(URL.createObjectURL(new Blob([${JSON.stringify(figure.toString('utf8'))}], { type: 'image/svg+xml' })));
    const shown = await pixels(document.querySelector('.result-picture img').src);
    const colours = new Set();
    let different = 0;
    for (let at = 0; at < given.length; at += 4) {
      colours.add(given[at] << 16 | given[at + 1] << 8 | given[at + 2]);
      if ([0, 1, 2, 3].some((byte) => Math.abs(given[at + byte] - shown[at + byte]) > 2)) different += 1;
    }
    return colours.size < 20 ? -1 : different;
  })()`);
  expect(different).toBe(0);
});

describe('other results', () => {
  const rows = Array.from({ length: 25 }, (_, row) => Array.from({ length: 14 }, (_unused, column) => (column === 0 ? `row ${row}` : String(row * column))).join(','));
  const wide = [Array.from({ length: 14 }, (_, column) => `c${column}`).join(','), ...rows].join('\n');

  test('a table has a head, numbers to the right, twenty rows and twelve columns, and says what is left', async () => {
    await show(ran([tableFile('table.csv', wide)]));
    const table = chat.page.locator('.result-table');
    expect(await table.locator('thead th').allInnerTexts()).toHaveLength(12);
    expect(await table.locator('tbody tr').count()).toBe(20);
    expect(await table.locator('tbody tr').first().locator('td').allInnerTexts()).toEqual(['row 0', ...Array<string>(11).fill('0')]);
    expect(await chat.ask('getComputedStyle(document.querySelectorAll(".result-table th")[1]).textAlign')).toBe('end');
    expect(await chat.page.locator('.result-more').innerText()).toBe('… and 5 more rows and 2 more columns');
    await show(ran([tableFile('cut.csv', 'a,b\n1,2\n3,', { cut: true })]));
    expect(await table.locator('tbody tr').count()).toBe(1);
    expect(await chat.page.locator('.result-more').innerText()).toBe('… and more rows');
  });

  test('a table that is none is shown as the text it is', async () => {
    await show(ran([tableFile('no.csv', 'a,b\n"x"y,1')]));
    expect(await chat.page.locator('table').count()).toBe(0);
    expect(await chat.page.locator('.result pre').innerText()).toBe('a,b\n"x"y,1');
  });

  test('pictures stand first, then tables, texts and the rest; each can be saved, texts and tables opened', async () => {
    await show(ran([file('model.bin'), file('notes.txt', { kind: 'text', preview: 'note', bytes: 4 }), tableFile('t.csv', 'a,b\n1,2'), pngFile('p.png', 8, 8)], {}, [{ name: 'big.bin', reason: 'larger than 10 MB' }]));
    expect(await chat.page.locator('.result-name').allInnerTexts()).toEqual(['p.png', 't.csv', 'notes.txt', 'model.bin']);
    expect(await chat.page.locator('.left-out').innerText()).toBe('Left out: big.bin (larger than 10 MB)');
    await asked();
    for (const name of ['Save… p.png', 'Open t.csv', 'Open notes.txt', 'Save… model.bin']) await chat.page.getByRole('button', { name }).press('Enter');
    expect((await chat.taken()).filter(({ type }) => type !== 'get-result')).toEqual([
      { type: 'save-result', id: 'run', name: 'p.png' }, { type: 'open-result', id: 'run', name: 't.csv' }, { type: 'open-result', id: 'run', name: 'notes.txt' }, { type: 'save-result', id: 'run', name: 'model.bin' },
    ]);
    expect(await chat.page.getByRole('button', { name: /^Open/ }).count()).toBe(2);
  });

  test('of many only the first are drawn before somebody asks for all', async () => {
    await show(ran(Array.from({ length: 50 }, (_, index) => file(`f${index}.bin`))));
    expect(await chat.page.locator('.result').count()).toBe(8);
    await chat.page.getByRole('button', { name: 'Show 42 more results' }).click();
    expect(await chat.page.locator('.result').count()).toBe(50);
  });

  test('[P10] names and contents that mean harm are text, with what hides in them', async () => {
    const evil = '<img src=x onerror=alert(1)>\u202egnp.exe';
    await show(ran([file(`${evil}\n`), tableFile('t.csv', `<script>alert(1)</script>,"=HYPERLINK(""https://evil.example"")\u202e"\n${evil},"a\nb"`), file('t.txt', { kind: 'text', preview: evil })], {}, [{ name: `${evil}⟨`, reason: evil }]));
    expect(await chat.page.locator('.result-name').last().innerText()).toBe('<img src=x onerror=alert(1)>⟨\\u202e⟩gnp.exe⟨\\n⟩');
    expect(await chat.page.locator('.result-table td').first().innerText()).toBe('<img src=x onerror=alert(1)>\\u202egnp.exe');
    expect(await chat.page.locator('.results').innerText()).not.toMatch(/\u202e/);
    expect(await chat.ask<string[]>('fakeEditor.strange().filter((name) => name !== "form" && name !== "textarea.style")')).toEqual([]);
  });
});

test('what a call left behind is said once, when it ends', async () => {
  const said = () => chat.page.locator('[aria-live=polite]').textContent();
  await show(call({ id: 'run', state: 'running', startedAt: Date.now() }));
  const before = await said();
  const ended = ran([pngFile('figure-1.png'), tableFile('table.csv', 'a,b\n1,2')]);
  await chat.send({ type: 'changed', item: ended });
  expect(await said()).toBe('2 results: figure-1.png, table.csv');
  await chat.send({ type: 'announce', text: 'Something else.' }, { type: 'changed', item: { ...ended, summary: 'later' } });
  expect(await said()).toBe('Something else.');
  expect(before).not.toContain('results');
});

describe('what a program is given', () => {
  const facts = ['Given to the program: data/sales.csv, 12,345 bytes, SHA-256 ab12', 'Given to the program: \u202evsc.exe\nGiven to the program: nothing, 3 bytes'];

  test('[P4] is shown line by line, exactly, reached by keyboard', async () => {
    await show(user('Go'), asking({ id: 'f1' }, { id: 'f1', facts }));
    const field = chat.page.getByRole('group', { name: 'What it does, exactly' });
    expect(await field.locator('.exact-line').count()).toBe(2);
    expect(await field.innerText()).toContain('\\u202evsc.exe\\nGiven to the program: nothing');
    await field.focus();
    expect(await chat.ask('document.activeElement.getAttribute("aria-label")')).toBe('What it does, exactly');
  });

  test('[P4] has to be seen to its end before it can be allowed, and anew when it changed', async () => {
    const many = Array.from({ length: 100 }, (_, index) => `Given to the program: file-${index}.csv, 1 byte, SHA-256 ab`);
    const dead = () => chat.page.locator('.call vscode-button[disabled]').allInnerTexts();
    const armed = (text: string) => chat.page.locator('.call vscode-button:not([disabled])', { hasText: text });
    const toEnd = () => chat.ask('[...document.querySelectorAll(".exact")].at(-1).scrollTo(0, 1e6)');
    await show(user('Go'), asking({ id: 'f2' }, { id: 'f2', facts: many }));
    await armed('Deny').first().waitFor();
    expect(await dead()).toContain('Allow once');
    await toEnd();
    await armed('Allow once').waitFor();
    await chat.send({ type: 'changed', item: asking({ id: 'f2' }, { id: 'f2-again', facts: [...many, 'Given to the program: secrets.env, 9 bytes'] }) });
    await armed('Deny').first().waitFor();
    expect(await dead()).toContain('Allow once');
    await toEnd();
    await armed('Allow once').waitFor();
  });
});

describe('live output', () => {
  test('eight megabytes in small pieces keep the page quick, and no more than the newest of it', async () => {
    await show(call({ id: 'flood', state: 'running', startedAt: Date.now() }));
    await chat.ask('fakeEditor.longTasks.splice(0)');
    const milliseconds = await chat.ask<number>(`(async () => {
      const line = 'x'.repeat(199) + '\\n';
      const began = performance.now();
      for (let piece = 0; piece < 2000; piece++) {
        fakeEditor.send({ type: 'appended', id: 'flood', text: line.repeat(20) + piece });
        if (piece % 20 === 0) await new Promise(requestAnimationFrame);
      }
      return performance.now() - began;
    })()`);
    await chat.frames();
    expect(milliseconds).toBeLessThan(10_000);
    expect(await chat.page.locator('.output pre').innerText()).toMatch(/1999$/);
    await chat.page.getByRole('button', { name: /Show all/ }).click();
    expect((await chat.page.locator('.output pre').innerText()).length).toBeLessThanOrEqual(20_000);
    expect(Math.max(0, ...(await chat.seen('longTasks') as number[]))).toBeLessThan(1000);
  });

  test('a run that waits for its turn says so, with its place', async () => {
    await show(call({ id: 'queue', state: 'running', startedAt: Date.now() }), user('next'));
    await chat.send({ type: 'appended', id: 'queue', text: '3 runs are under way; this one waits at place 1.\n' });
    expect(await chat.page.getByRole('group', { name: 'Output so far' }).innerText()).toBe('3 runs are under way; this one waits at place 1.');
  });
});

describe.each(['dark', 'light', 'contrast'] as const)('in the %s theme', (theme) => {
  test('axe finds nothing wrong with results, narrow as a side bar, and nothing is wider than the page', async () => {
    const other = await harness.open({ theme, width: 300, height: 900 });
    await other.ask(`${await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')};undefined`);
    const files = [svgFile('figure.svg'), pngFile('bad.png'), tableFile('a-very-long-name-of-a-table-that-has-to-be-broken-somewhere.csv', 'name,value\na,1\n'.concat('b,2\n'.repeat(30))), file('notes.txt', { kind: 'text', preview: 'a\n'.repeat(30), cut: true }), file('model.bin')];
    await other.send(snapshot([ran(files, {}, [{ name: 'big.bin', reason: 'larger than 10 MB' }])]));
    await other.page.locator('.result-picture').last().scrollIntoViewIfNeeded();
    await sendResult(other, 'run', 'figure.svg', figure);
    await sendResult(other, 'run', 'bad.png', 'It is not kept any more.');
    await other.page.locator('.result-picture img').waitFor();
    const found = await other.ask<string[]>("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((result) => result.violations.flatMap((each) => each.nodes.map((node) => each.id + ': ' + node.target.join(' '))))");
    const wider = await other.ask<string[]>('[...document.querySelectorAll("#root *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("pre, .table, .sr-only")).map((e) => e.className || e.localName)');
    expect({ found, wider, violations: await other.seen('violations'), errors: other.errors }).toEqual({ found: [], wider: [], violations: [], errors: [] });
    await other.page.close();
  });
});

test('nothing of this broke the policy of the page, or asked for anything', async () => {
  expect(await chat.seen('violations')).toEqual([]);
  expect(chat.errors).toEqual([]);
  expect(chat.requests.filter((url) => !url.startsWith('blob:'))).toEqual([]);
});
