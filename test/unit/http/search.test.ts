import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AxonError } from '../../../src/errors.js';
import { resultsFrom } from '../../../src/http/search/results-from-json.js';
import type { SearchSettings } from '../../../src/policy/url/search-provider.js';
import { FakeInternet, ok, redirect, reply, type Reply } from '../../fixtures/web/fake-internet.js';
import { Loopback, onRequest } from '../../fixtures/web/loopback.js';

vi.setConfig({ testTimeout: 20_000 });

const internet = new FakeInternet();
const dns = { 'api.search.brave.com': ['93.184.216.34'], 'api.tavily.com': ['93.184.216.34'], 'html.duckduckgo.com': ['93.184.216.34'], 'search.company.example': ['10.1.2.3'] };
beforeAll(() => internet.start());
afterAll(() => internet.close());
beforeEach(() => internet.reset(dns, []));

const key = 'sk-search-4711';
const search = (settings: Partial<SearchSettings>, replies: readonly Reply[], query = 'tree sitter & bash', more: Parameters<FakeInternet['web']>[0] = {}) => {
  internet.reset(dns, replies);
  return internet
    .web({ search: () => ({ provider: 'none', searxngUrl: '', ...settings }), searchKey: (id) => Promise.resolve(id === 'brave' || id === 'tavily' ? key : undefined), ...more })
    .search(query, { signal: new AbortController().signal });
};
const json = (value: unknown, status = 200) => reply(status, JSON.stringify(value), { 'content-type': 'application/json' });
const head = () => internet.requests[0]!.split('\r\n');

const ddgResult = (url: string, title: string, snippet: string, more = '') => `<div class="result results_links results_links_deep web-result ${more}">
  <div class="links_main links_deep result__body"><h2 class="result__title">
  <a rel="nofollow" class="result__a" href="//duckduckgo.com/l/?uddg=${encodeURIComponent(url)}&amp;rut=abc">${title}</a></h2>
  <a class="result__snippet" href="//duckduckgo.com/l/?uddg=x">${snippet}</a></div></div>`;

describe('Brave', () => {
  const settings = { provider: 'brave' };

  it('is asked with the key in its header, and answers with results', async () => {
    const answer = await search(settings, [json({ type: 'search', web: { results: [{ title: 'Tree-sitter &amp; friends', url: 'https://tree-sitter.github.io/', description: 'A <strong>parser</strong> &#x27;generator&#x27;' }] } })]);
    expect(answer).toEqual({ provider: 'Brave Search', host: 'api.search.brave.com', results: [{ title: 'Tree-sitter & friends', url: 'https://tree-sitter.github.io/', snippet: "A parser 'generator'" }] });
    expect(head()[0]).toBe('GET /res/v1/web/search?q=tree+sitter+%26+bash&count=10&text_decorations=false HTTP/1.1');
    expect(head()).toContain(`x-subscription-token: ${key}`);
    expect(internet.dialed).toEqual(['93.184.216.34']);
  });

  it('has nothing', async () => {
    expect((await search(settings, [json({ type: 'search', query: {} })])).results).toEqual([]);
  });

  it('tells a wrong key, which is no wrong query', async () => {
    await expect(search(settings, [json({ error: { code: 'SUBSCRIPTION_TOKEN_INVALID' } }, 422)])).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('API key') as string });
    await expect(search(settings, [json({ error: { code: 'VALIDATION' } }, 422)])).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('status 422') as string });
    await expect(search(settings, [json({ error: { code: 'USAGE_LIMIT_EXCEEDED' } }, 402)])).rejects.toMatchObject({ code: 'limit' });
  });
});

describe('Tavily', () => {
  const settings = { provider: 'tavily' };

  it('is asked with a body, and answers with results', async () => {
    let received = '';
    const loopback = new Loopback();
    const port = await loopback.listen((socket: Socket) => onRequest(socket, (request) => {
      received = request;
      socket.write(json({ query: 'q', results: [{ title: 'T', url: 'https://a.example/x', content: 'Some  text', score: 0.9 }] }));
    }));
    expect(await search(settings, [], 'q "1"', { dial: () => loopback.connect(port) })).toMatchObject({ results: [{ title: 'T', url: 'https://a.example/x', snippet: 'Some text' }] });
    expect(received).toMatch(/^POST \/search HTTP\/1\.1\r\n/);
    expect(received).toMatch(new RegExp(`\r\nauthorization: Bearer ${key}\r\n`));
    expect(JSON.parse(received.split('\r\n\r\n')[1]!)).toEqual({ query: 'q "1"', max_results: 10, search_depth: 'basic' });
    await loopback.close();
  });

  it.each([[401, 'unavailable', /API key/], [432, 'limit', /plan/], [433, 'limit', /plan/]] as const)('tells status %s', async (status, code, message) => {
    await expect(search(settings, [json({ detail: { error: 'npm' } }, status)])).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });
});

describe('SearXNG', () => {
  const settings = { provider: 'searxng', searxngUrl: 'http://search.company.example:8888/sub/' };

  it('may be in a private network: the person named it', async () => {
    const answer = await search(settings, [json({ query: 'x', results: [{ title: 'T', url: 'https://a.example/', content: 'C' }] })]);
    expect(answer).toEqual({ provider: 'SearXNG', host: 'search.company.example:8888', results: [{ title: 'T', url: 'https://a.example/', snippet: 'C' }] });
    expect(head()[0]).toBe('GET /sub/search?q=tree+sitter+%26+bash&format=json HTTP/1.1');
    expect(internet.dialed).toEqual(['10.1.2.3']);
  });

  it('[P13] leads nowhere else: no redirect is followed', async () => {
    for (const to of ['http://127.0.0.1/', 'http://search.company.example:8888/other', 'http://search.company.example/']) {
      await expect(search(settings, [redirect(to), json({ results: [] })])).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('status 302') as string });
      expect(internet.requests).toHaveLength(1);
      expect(internet.dialed).toEqual(['10.1.2.3']);
    }
  });

  it('[P13] opens that server to searches alone, not to fetches', async () => {
    internet.reset(dns, []);
    const web = internet.web({ search: () => ({ provider: 'searxng', searxngUrl: 'http://search.company.example:8888' }) });
    await expect(web.fetch('http://search.company.example:8888/', { signal: new AbortController().signal })).rejects.toMatchObject({ code: 'denied' });
    expect(internet.dialed).toEqual([]);
  });

  it('tells when its JSON format is not switched on', async () => {
    await expect(search(settings, [reply(403, '')])).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('JSON') as string });
  });

  it.each(['', 'search.company.example', 'ftp://x.example', 'http://u:p@x.example', 'http://x.example/?a', 'http://x.example/#a'])('is not asked at %j', async (searxngUrl) => {
    await expect(search({ ...settings, searxngUrl }, [])).rejects.toMatchObject({ code: 'unavailable', next: expect.stringContaining('axon.search.searxngUrl') as string });
    expect(internet.lookedUp).toEqual([]);
  });
});

describe('DuckDuckGo', () => {
  const settings = { provider: 'duckduckgo' };

  it('is asked for its page without scripts, and its links are taken apart', async () => {
    const html = `<html><body><div class="serp__results">${ddgResult('https://a.example/x?y=1&z=2', 'The <b>first</b> &amp; best', 'A <b>snippet</b>.')}
      ${ddgResult('https://ads.example/', 'Buy!', 'Now', 'result--ad')}${ddgResult('javascript:alert(1)', 'No', 'page')}${ddgResult('https://b.example/', 'Second', '')}</div></body></html>`;
    const answer = await search(settings, [ok(html)]);
    expect(answer.results).toEqual([
      { title: 'The first & best', url: 'https://a.example/x?y=1&z=2', snippet: 'A snippet.' },
      { title: 'Second', url: 'https://b.example/', snippet: '' },
    ]);
    expect(head()[0]).toBe('GET /html/?q=tree+sitter+%26+bash HTTP/1.1');
  });

  it('has nothing', async () => {
    expect((await search(settings, [ok('<div class="no-results">No results.</div>')])).results).toEqual([]);
  });

  it('tells of its puzzle for robots', async () => {
    await expect(search(settings, [reply(202, '<div class="anomaly-modal">', { 'content-type': 'text/html' })])).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('robots') as string });
    await expect(search(settings, [ok('<form class="anomaly-modal__x">')])).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('takes no long time for a page that means harm', async () => {
    const started = performance.now();
    await search(settings, [ok(`<div class="${'result '.repeat(250_000)}`)]).catch(() => undefined);
    await search(settings, [ok('<div class="result"><a class="result__a" '.repeat(45_000))]).catch(() => undefined);
    await search(settings, [ok(`<div class="no-results${'x'.repeat(100)}`.repeat(15_000))]).catch(() => undefined);
    expect(performance.now() - started).toBeLessThan(8_000);
  });
});

describe('any provider', () => {
  const settings = { provider: 'brave' };
  const results = (list: unknown) => json({ type: 'search', web: { results: list } });

  it('gets nothing while none is chosen: the answer says how to', async () => {
    for (const provider of ['none', '', 'google', 'constructor']) {
      await expect(search({ provider }, [])).rejects.toMatchObject({ code: 'unavailable', message: 'No search provider is chosen.', next: expect.stringContaining('axon.search.provider') as string });
    }
    expect(internet.lookedUp).toEqual([]);
  });

  it('gets nothing while its key is missing', async () => {
    for (const none of [undefined, '']) {
      await expect(search(settings, [], 'x', { searchKey: () => Promise.resolve(none) })).rejects.toMatchObject({ code: 'unavailable', next: expect.stringContaining('Set API Key') as string });
    }
    expect(internet.lookedUp).toEqual([]);
  });

  it('gives ten results at most, each on one line and no longer than it should be', async () => {
    const list = Array.from({ length: 30 }, (_, at) => ({ title: `T${at}\n${'x'.repeat(500)}`, url: `https://a.example/${at}`, description: 'y '.repeat(3_000) }));
    const answer = await search(settings, [results(list)]);
    expect(answer.results).toHaveLength(10);
    for (const { title, snippet } of answer.results) expect([title.length, snippet.length, title.includes('\n')]).toEqual([200, 600, false]);
  });

  it('is read for its first results alone: a hundred thousand take no longer', () => {
    const untouched = { get url(): string { throw new Error('read'); } };
    expect(resultsFrom([...Array.from({ length: 50 }, () => ({ url: 'http://a' })), untouched], 'content')).toHaveLength(50);
  });

  it('leaves out what leads nowhere, and what is no result', async () => {
    const list = [null, 5, 'x', {}, { url: 'javascript:alert(1)' }, { url: 'file:///etc/passwd' }, { url: 5 }, { url: `https://a.example/${'x'.repeat(3_000)}` }, { title: { x: 1 }, url: 'https://a.example/' }, { title: null, url: 'https://good.example/' }];
    expect((await search(settings, [results(list)])).results).toEqual([{ title: '', url: 'https://good.example/', snippet: '' }]);
  });

  it.each<[string, Reply, string]>([
    ['no JSON', ok('<html>npm'), 'io'],
    ['JSON of another shape', json({ web: { results: 'npm' } }), 'io'],
    ['null', json(null), 'io'],
    ['JSON in JSON in JSON', ok('['.repeat(500_000)), 'io'],
    ['nothing', reply(200, ''), 'io'],
    ['a name of ours', json({ __proto__: { web: {} }, toString: 1 }), 'io'],
    ['too much', ok('x'.repeat(1_100_000)), 'limit'],
    ['a bomb', ok(gzipSync(Buffer.alloc(20_000_000)), { 'content-encoding': 'gzip' }), 'limit'],
    ['a wrong key', reply(401, 'npm'), 'unavailable'],
    ['a forbidden key', reply(403, 'npm'), 'unavailable'],
    ['too many questions', reply(429, 'npm'), 'limit'],
    ['a redirect', redirect('https://npm.example/'), 'io'],
    ['an error of its own', reply(503, 'npm'), 'io'],
    ['no HTTP', 'npm\r\n\r\n', 'io'],
    ['a closed connection', (socket) => void socket.destroy(), 'io'],
  ])('that answers with %s is told plainly, without a word of the answer or the key', async (_, answer, code) => {
    const failure = await search(settings, [answer]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AxonError);
    expect(failure).toMatchObject({ code });
    expect(JSON.stringify(failure) + (failure as AxonError).message).not.toMatch(/npm|4711/);
    expect(internet.requests.length).toBeLessThanOrEqual(1);
  });

  it('[P13] is refused when its name leads inside', async () => {
    const inside = internet.web({ search: () => ({ provider: 'duckduckgo', searxngUrl: '' }), resolve: () => Promise.resolve(['127.0.0.1']) });
    await expect(inside.search('x', { signal: new AbortController().signal })).rejects.toMatchObject({ code: 'denied' });
  });

  it('is left at once when the person stops', async () => {
    const stop = new AbortController();
    internet.reset(dns, [() => undefined]);
    const searching = internet.web({ search: () => ({ provider: 'duckduckgo', searxngUrl: '' }) }).search('x', { signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(searching).rejects.toMatchObject({ code: 'cancelled', message: 'The search was stopped.' });
  });
});
