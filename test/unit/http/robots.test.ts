import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { mayFetch, robotsRules } from '../../../src/http/robots-rules.js';
import { FakeInternet, ok, redirect, reply, type Reply } from '../../fixtures/web/fake-internet.js';

vi.setConfig({ testTimeout: 20_000 });

const may = (text: string, path: string) => mayFetch(robotsRules(text, 'Axon'), path);

describe('robots.txt (RFC 9309)', () => {
  it.each<[string, string, string, boolean]>([
    ['nothing', '', '/a', true],
    ['a path for all', 'User-agent: *\nDisallow: /a', '/a/b', false],
    ['another path', 'User-agent: *\nDisallow: /a', '/b', true],
    ['everything', 'user-agent:*\ndisallow:/', '/', false],
    ['an empty rule', 'User-agent: *\nDisallow:', '/a', true],
    ['our own group alone', 'User-agent: *\nDisallow: /\n\nUser-agent: axon/2.0\nDisallow: /private', '/a', true],
    ['our own group, spelled anyhow', 'User-agent: AXON\nDisallow: /private', '/private', false],
    ['a longer name that begins like ours', 'User-agent: axon-other\nDisallow: /', '/a', true],
    ['groups of ours, joined', 'User-agent: axon\nDisallow: /a\nUser-agent: other\nDisallow: /b\nUser-agent: Axon\nDisallow: /c', '/c', false],
    ['several names of one group', 'User-agent: other\nUser-agent: axon\nDisallow: /a', '/a', false],
    ['rules before any group', 'Disallow: /', '/a', true],
    ['the longest that fits: allowed', 'User-agent: *\nDisallow: /a\nAllow: /a/b', '/a/b/c', true],
    ['the longest that fits: not', 'User-agent: *\nAllow: /a\nDisallow: /a/b', '/a/b/c', false],
    ['of equals the one that allows', 'User-agent: *\nDisallow: /a\nAllow: /a', '/a', true],
    ['a star', 'User-agent: *\nDisallow: /*.pdf', '/x/y.pdf?z', false],
    ['an end', 'User-agent: *\nDisallow: /*.pdf$', '/x/y.pdf?z', true],
    ['a star and an end', 'User-agent: *\nDisallow: /*a$', '/aba', false],
    ['an end that overlaps', 'User-agent: *\nDisallow: /ab*b$', '/ab', true],
    ['an end without a star', 'User-agent: *\nDisallow: /a$', '/a', false],
    ['a query', 'User-agent: *\nDisallow: /?q=', '/?q=1', false],
    ['a comment', 'User-agent: * # all\nDisallow: /a # this', '/a', false],
    ['percent signs', 'User-agent: *\nDisallow: /%7Ejoe/%c3%a9', '/~joe/é', false],
    ['letters beyond ASCII', 'User-agent: *\nDisallow: /é', '/%C3%A9', false],
    ['other line ends', '\ufeffUser-agent: *\rDisallow: /a\r\nDisallow: /b', '/a', false],
    ['lines of other words between', 'User-agent: *\nCrawl-delay: 5\nDisallow: /a', '/a', false],
    ['itself', 'User-agent: *\nDisallow: /', '/robots.txt', true],
    ['nonsense', 'User-agent\n:::\nDisallow /\n\u0000', '/a', true],
  ])('%s', (_, text, path, expected) => {
    expect(may(text, path)).toBe(expected);
  });

  it('takes no long time or much memory for a hostile one', () => {
    const half = 250_000;
    const path = `/${'a'.repeat(3_900)}`;
    const started = performance.now();
    may('User-agent: *\n'.repeat(half / 14) + 'Disallow: /\n'.repeat(half / 12), path);
    may(`User-agent: *\n${'Disallow: /*a*a*a*a*a*a*a*a*a*a*a*a*a*ab\n'.repeat(half / 40)}`, path);
    may(`User-agent: *\nDisallow: /${'*a'.repeat(half)}`, path);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe('a fetched page', () => {
  const internet = new FakeInternet();
  let now = 0;
  beforeAll(() => internet.start());
  afterAll(() => internet.close());
  beforeEach(() => internet.reset({ 'example.com': ['93.184.216.34'] }, []));
  const get = async (robots: Reply, path = '/a', web = internet.web({ now: () => now })) => {
    internet.robots = robots;
    return (await web.fetch(`http://example.com${path}`, { signal: new AbortController().signal })).robots;
  };

  it.each<[string, Reply, string]>([
    ['forbids it', ok('User-agent: *\nDisallow: /a'), 'disallowed'],
    ['forbids another', ok('User-agent: *\nDisallow: /b'), 'allowed'],
    ['is packed', ok(gzipSync('User-agent: axon\nDisallow: /'), { 'content-encoding': 'gzip' }), 'disallowed'],
    ['isn’t there', reply(404, 'Disallow: /'), 'allowed'],
    ['is forbidden', reply(403, ''), 'allowed'],
    ['is broken', reply(500, ''), 'unknown'],
    ['is too large', ok('x'.repeat(600_000)), 'unknown'],
    ['is elsewhere', redirect('https://other.example/robots.txt'), 'unknown'],
    ['is inside', redirect('http://127.0.0.1/robots.txt'), 'unknown'],
    ['goes in a circle', redirect('/robots.txt'), 'unknown'],
    ['hangs up', (socket) => void socket.destroy(), 'unknown'],
    ['never comes', () => undefined, 'unknown'],
  ])('says so when its site’s robots.txt %s', async (_, robots, expected) => {
    expect(await get(robots)).toBe(expected);
    expect(internet.dialed.every((address) => address === '93.184.216.34')).toBe(true);
  });

  it('asks for it once an hour', async () => {
    const web = internet.web({ now: () => now });
    const forbids = ok('User-agent: *\nDisallow: /a');
    expect(await get(forbids, '/a', web)).toBe('disallowed');
    expect(await get(forbids, '/b', web)).toBe('allowed');
    expect(internet.robotsRequests).toBe(1);
    now += 3_600_001;
    await get(forbids, '/a', web);
    expect(internet.robotsRequests).toBe(2);
  });
});
