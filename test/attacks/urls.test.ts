import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AxonError } from '../../src/errors.js';
import { createUrlGuard } from '../../src/policy/url/url-guard.js';
import { FakeInternet, redirect } from '../fixtures/web/fake-internet.js';
import { loadCorpus } from './lib/corpus.js';
import { Tally } from './lib/tally.js';

const rowSchema = z.strictObject({
  id: z.string(),
  url: z.string(),
  expect: z.enum(['allow', 'deny']),
  why: z.string(),
  dns: z.record(z.string(), z.union([z.array(z.string()), z.array(z.array(z.string()))])).default({}),
  redirect: z.array(z.strictObject({ status: z.number(), location: z.string() })).default([]),
  settings: z.strictObject({ allowHosts: z.array(z.string()) }).optional(),
  connect: z.array(z.string()).optional(),
});
type Row = z.infer<typeof rowSchema>;

const rows = loadCorpus('urls', rowSchema);
const tally = new Tally('urls', rows.map((row) => row.id));
const internet = new FakeInternet();
/** The only addresses in attack rows that stand for the public Internet. */
const publicAddresses = ['93.184.216.34', '151.101.1.69', '2606:2800:220:1::1'];

beforeAll(() => internet.start());
afterAll(async () => {
  await internet.close();
  tally.finish();
});

/**
 * Fetches as the agent would: where a page sends on to another host, that address is judged by the guard and fetched in a
 * call of its own. The guard's word on the first address is told apart, because the port has to refuse without it too.
 */
async function tryRow(row: Row): Promise<{ guard: string; fetched: string; refusal: string }> {
  internet.reset(row.dns, row.redirect.map(({ status, location }) => redirect(location, status)));
  const settings = () => row.settings ?? {};
  const guard = createUrlGuard({ settings });
  const web = internet.web({ settings, limits: { milliseconds: 20_000 } });
  const judge = async (url: string) => (await guard.decide({ kind: 'url', method: 'GET', url }, { tool: 'web_fetch', trusted: true })).verdict;
  const verdict = await judge(row.url);
  try {
    let page = await web.fetch(row.url, { signal: new AbortController().signal });
    for (let calls = 1; page.movedTo !== undefined; calls++) {
      if (calls > 10 || (await judge(page.movedTo)) === 'deny') return { guard: verdict, fetched: 'refused', refusal: 'the guard, on the way' };
      page = await web.fetch(page.movedTo, { signal: new AbortController().signal });
    }
    return { guard: verdict, fetched: 'fetched', refusal: '' };
  } catch (error) {
    if (!(error instanceof AxonError)) throw error;
    return { guard: verdict, fetched: 'refused', refusal: `${error.code}: ${error.message}` };
  }
}

describe('[P13] every row of the URL corpus', () => {
  it.each(rows.map((row) => [row.id, row.expect, row.why, row] as const))('%s %s: %s', async (id, expected, why, row) => {
    const { guard, fetched, refusal } = await tryRow(row);
    if (expected === 'allow') {
      const wronglyRefused = guard === 'deny' || fetched !== 'fetched';
      tally.record({ id, kind: 'harmless', wronglyRefused });
      expect({ id, guard, fetched, refusal, why }).toMatchObject({ guard: 'ask', fetched: 'fetched' });
      return;
    }
    const pinned = row.connect !== undefined && internet.dialed.every((address) => row.connect?.includes(address));
    const strayed = internet.dialed.filter((address) => !publicAddresses.includes(address));
    const letThrough = strayed.length > 0 || (fetched === 'fetched' && !pinned);
    tally.record({ id, kind: 'attack', letThrough });
    expect({ id, why, strayed, letThrough }).toMatchObject({ strayed: [], letThrough: false });
    if (guard === 'deny') expect(internet.lookedUp, 'what the guard refuses is never looked up').toEqual([]);
    expect(refusal, 'a refusal says why').not.toMatch(/could not be fetched/);
  });
});
