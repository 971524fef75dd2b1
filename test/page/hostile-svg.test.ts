import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostileSvgs, svg } from '../fixtures/results/hostile-svgs.js';
import { buildForTest, Harness } from '../fixtures/webview/harness.js';
import type { ChatPage } from '../fixtures/webview/harness.js';
import { ran, sendResult, svgFile } from '../fixtures/webview/results.js';
import { snapshot } from '../fixtures/webview/samples.js';

let harness: Harness;
let chat: ChatPage;

beforeAll(async () => {
  harness = await Harness.start(await buildForTest('webview-hostile-svg'));
  chat = await harness.open();
  // What the page makes an address of, for looking at it: nothing else in the page can read a `blob:`.
  await chat.ask('(() => { const make = URL.createObjectURL; globalThis.blobs = []; URL.createObjectURL = (blob) => { blobs.push(blob); return make.call(URL, blob); }; })()');
}, 120_000);
afterAll(() => harness.dispose());

/** Shows a picture in a conversation of its own; the text that is drawn, or undefined and the reason why none is. */
async function shown(name: string, text: string): Promise<{ drawn: string | undefined; problem: string | undefined; milliseconds: number }> {
  await chat.ask('void (blobs.length = 0, fakeEditor.sent.length = 0, fakeEditor.longTasks.length = 0)');
  await chat.send(snapshot([ran([svgFile('a.svg')], { id: name })], { sessionId: name }));
  await sendResult(chat, name, 'a.svg', Buffer.from(text));
  const started = performance.now();
  await chat.page.locator('.result-picture img, .picture-problem').first().waitFor();
  const problem = (await chat.page.locator('.picture-problem').allInnerTexts())[0];
  if (problem === undefined) await chat.until('document.querySelector(".result-picture img")?.complete');
  const milliseconds = performance.now() - started;
  return { drawn: await chat.ask('blobs[0]?.text()'), problem, milliseconds };
}

describe('[P10] a picture that means harm', () => {
  test('of what is drawn nothing runs, loads or points out, and of the others the reason is said', async () => {
    // Of those that are refused, each reason's first: the rules have a test of their own, without a browser.
    const reasons = new Set<string>();
    for (const { name, text, refused, keeps } of hostileSvgs) {
      if (refused && reasons.size === reasons.add(refused.source).size) continue;
      const { drawn, problem, milliseconds } = await shown(name, text);
      expect(milliseconds, name).toBeLessThan(4000);
      if (refused) {
        expect({ name, drawn, problem }).toEqual({ name, drawn: undefined, problem: expect.stringMatching(refused) as string });
        continue;
      }
      expect(problem, name).toBeUndefined();
      expect(drawn, name).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      expect(drawn!.replace('http://www.w3.org/2000/svg', ''), name).not.toMatch(/script|\son\w+=|foreign|https?:|\/\/|data:|import|animate|filter|mask|image|evil|\\|<!|<\?/i);
      for (const kept of keeps ?? []) expect(drawn!.replaceAll(/["]/g, ''), name).toContain(kept.replace('<', '&lt;'));
    }
    expect(chat.requests.filter((url) => !url.startsWith('blob:'))).toEqual([]);
    expect({ violations: await chat.seen('violations'), dialogs: await chat.seen('dialogs'), errors: chat.errors }).toEqual({ violations: [], dialogs: [], errors: [] });
  });

  test('the largest that is drawn holds the page up no longer than a breath', async () => {
    const points = Array.from({ length: 15_000 }, (_, point) => `<use xlink:href="#m" x="${point % 997}" y="${point % 613}"/>`).join('');
    const { problem } = await shown('scatter', svg(`<defs><path id="m" d="M0 3A3 3 0 1 0 1 3z" style="stroke:#1f77b4"/></defs><g clip-path="url(#c)">${points}</g><clipPath id="c"><rect width="1000" height="640"/></clipPath>`, 'viewBox="0 0 1000 640"'));
    expect(problem).toBeUndefined();
    await chat.page.locator('.result-picture').screenshot();
    expect(Math.max(0, ...(await chat.seen('longTasks') as number[]))).toBeLessThan(4000);
  });

  test('what harms nowhere else is drawn with what it may hold, and what is missing is said', async () => {
    const { drawn } = await shown('filter', svg('<filter id="f"/><rect width="5" height="5" style="fill: red; font: 10px \'DejaVu Sans\', sans-serif"/>'));
    expect(drawn).toContain('fill: red');
    expect(drawn).toContain('DejaVu Sans');
    expect(await chat.page.locator('.picture-left-out').innerText()).toBe('Not shown of it, to be safe: filter.');
  });
});
