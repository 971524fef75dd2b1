import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Item } from '../../src/protocol/transcript.js';
import { buildForTest, Harness } from '../fixtures/webview/harness.js';
import { answer, call, snapshot, user } from '../fixtures/webview/samples.js';

vi.setConfig({ testTimeout: 90_000 });

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start(await buildForTest('webview-thousand'));
}, 120_000);
afterAll(() => harness.dispose());

const items: readonly Item[] = Array.from({ length: 1000 }, (_, index): Item => {
  if (index % 3 === 0) return user(`Question ${index}`, { id: `i${index}` });
  if (index % 3 === 1) return call({ id: `i${index}`, output: 'line\n'.repeat(20) });
  return answer(`Answer **${index}** with \`code\`.\n\n- a\n- b\n\n\`\`\`ts\nconst a = ${index};\n\`\`\``, { id: `i${index}` });
});

test('a thousand entries open, grow and unfold without holding up the page', async () => {
  const chat = await harness.open();
  await chat.send(snapshot(items));
  await chat.page.locator('.entry').last().waitFor();
  const shown = await chat.page.locator('.entry').count();
  const nodes = await chat.ask<number>('document.querySelectorAll("*").length');
  const opening = (await chat.seen('longTasks')) as number[];

  await chat.ask('fakeEditor.longTasks.length = 0');
  await chat.send({ type: 'added', item: answer('', { id: 'new', streaming: true }) });
  await chat.ask('document.querySelector(".entry").kept = true');
  // 300 increments, as fast as they come, measured inside the page.
  const streaming = await chat.ask<number>(`(async () => {
    const begun = performance.now();
    for (let n = 0; n < 300; n++) {
      fakeEditor.send({ type: 'appended', id: 'new', text: 'word ' + n + (n % 30 === 0 ? '\\n\\n' : ' ') });
      if (n % 5 === 0) await new Promise(requestAnimationFrame);
    }
    return performance.now() - begun;
  })()`);
  const growing = (await chat.seen('longTasks')) as number[];
  expect(await chat.ask('document.querySelector(".entry").kept')).toBe(true);

  await chat.page.locator('.show-earlier').click();
  await expect.poll(() => chat.page.locator('.entry').count()).toBeGreaterThan(shown + 90);
  console.log(`thousand: ${shown} entries and ${nodes} nodes drawn; long tasks opening ${JSON.stringify(opening)} ms, streaming ${JSON.stringify(growing)} ms (60 frames in ${Math.round(streaming)} ms)`);
  expect(nodes).toBeLessThan(6000);
  // Generous, since this machine may be busy: the usual figures are far below.
  expect(Math.max(0, ...opening)).toBeLessThan(1500);
  expect(Math.max(0, ...growing)).toBeLessThan(400);
  await chat.page.close();
});

test('earlier entries are asked from the host once what is here was shown, and the reader stays in place', async () => {
  const chat = await harness.open();
  await chat.send(snapshot(items.slice(900), {}, 900));
  await chat.ask('document.querySelector(".scroller").scrollTop = 0');
  await chat.frames();
  await chat.taken();
  await chat.page.locator('.show-earlier').click();
  expect(await chat.taken()).toEqual([{ type: 'earlier', before: 'i900' }]);
  await chat.send({ type: 'earlier', items: items.slice(800, 900), earlier: 800 });
  await expect.poll(() => chat.page.locator('.entry').count()).toBe(200);
  expect(await chat.page.locator('.show-earlier').innerText()).toContain('800');
  expect(await chat.ask<number>('document.querySelector(".scroller").scrollTop')).toBeGreaterThan(1000);
  await chat.page.close();
});
