import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { KeptPages } from '../../../src/http/kept-pages.js';
import type { WebPage } from '../../../src/ports/web.js';
import { FakeInternet, ok, redirect } from '../../fixtures/web/fake-internet.js';

const internet = new FakeInternet();
beforeAll(() => internet.start());
afterAll(() => internet.close());
beforeEach(() => internet.reset({ 'example.com': ['93.184.216.34'], 'www.example.com': ['93.184.216.34'] }, [ok('<p>first</p>'), ok('<p>second</p>')]));

let now = 0;
const signal = new AbortController().signal;
const page = (text: string): WebPage => ({ url: 'https://example.com/', status: 200, contentType: '', title: '', text, leftOut: 0, robots: 'allowed', redirects: [] });

it('a page is fetched again, but for whoever reads on in it within five minutes', async () => {
  const web = internet.web({ now: () => now });
  const text = async (mayBeKept: boolean) => (await web.fetch('http://example.com/', { signal, mayBeKept })).text;
  expect(await text(true)).toBe('first');
  expect(await text(true)).toBe('first');
  expect(internet.requests).toHaveLength(1);
  expect(await text(false)).toBe('second');
  expect(await text(true)).toBe('second');
  now += 300_000;
  expect(await text(true)).toBe('A page.');
});

it('[P13] a kept page is judged as a fetched one: what became forbidden meanwhile is not given', async () => {
  let allowHosts = ['example.com', 'www.example.com'];
  const web = internet.web({ settings: () => ({ allowHosts }), now: () => now });
  internet.replies = [redirect('http://www.example.com/'), ok('<p>first</p>')];
  const get = () => web.fetch('http://example.com/', { signal, mayBeKept: true });
  expect((await get()).text).toBe('first');
  allowHosts = ['example.com'];
  internet.replies = [...internet.replies, redirect('http://www.example.com/')];
  await expect(get()).rejects.toMatchObject({ code: 'denied' });
  allowHosts = [];
  expect((await get()).text).toBe('first');
  allowHosts = ['other.example'];
  await expect(get()).rejects.toMatchObject({ code: 'denied' });
});

it('where a page only sends on to another host nothing is kept', async () => {
  const web = internet.web();
  internet.replies = [redirect('https://other.example/'), ok('<p>back</p>')];
  expect(await web.fetch('http://example.com/', { signal })).toMatchObject({ movedTo: 'https://other.example/' });
  expect(await web.fetch('http://example.com/', { signal, mayBeKept: true })).toMatchObject({ text: 'back' });
});

it('the oldest go when there are many, or when they are long', () => {
  const kept = new KeptPages(() => 0);
  for (let at = 0; at < 10; at++) kept.keep(`u${at}`, page(`${at}`));
  expect(Array.from({ length: 10 }, (_, at) => kept.get(`u${at}`)?.text)).toEqual([undefined, undefined, '2', '3', '4', '5', '6', '7', '8', '9']);
  kept.keep('long', page('x'.repeat(7_999_999)));
  expect(kept.get('u9')?.text).toBe('9');
  expect(kept.get('u8')).toBeUndefined();
  expect(kept.get('long')).toBeDefined();
});
