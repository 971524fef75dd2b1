import { describe, expect, it } from 'vitest';
import { privateAddress } from '../../../../src/policy/url/check-address.js';
import { isAllowedHost } from '../../../../src/policy/url/host-pattern.js';
import { createUrlGuard } from '../../../../src/policy/url/url-guard.js';

const guard = createUrlGuard({ settings: () => ({}) });
const decide = (url: string, trusted = true) => guard.decide({ kind: 'url', method: 'GET', url }, { tool: 'web_fetch', trusted });

describe('the URL guard', () => {
  it('asks for a public page, and offers a grant for its host alone', async () => {
    expect(await decide('https://Docs.Example.com./a?b=c#d')).toEqual({
      verdict: 'ask',
      risk: 'medium',
      rule: 'url.ask-host',
      reason: 'Fetching a page tells docs.example.com the whole address, and brings outside text into the conversation.',
      grant: { key: 'fetch:docs.example.com', label: 'Fetch pages from docs.example.com' },
    });
  });

  it('takes another port for another host', async () => {
    expect((await decide('https://example.com:8443/')).grant?.key).toBe('fetch:example.com:8443');
    expect((await decide('https://example.com:443/')).grant?.key).toBe('fetch:example.com');
    expect((await decide('https://[2606:4700:4700::1111]:8443/')).grant?.key).toBe('fetch:[2606:4700:4700::1111]:8443');
  });

  it('takes the unencrypted host for another one, since its warning was not seen with the encrypted one', async () => {
    const plain = (await decide('http://example.com/')).grant;
    expect(plain?.key).not.toBe((await decide('https://example.com/')).grant?.key);
    expect(plain?.label).toContain('http://example.com');
  });

  it('offers no grant in an untrusted workspace', async () => {
    const decision = await decide('https://example.com/', false);
    expect(decision.verdict).toBe('ask');
    expect(decision.grant).toBeUndefined();
  });

  it('asks every time for an address that carries much text, and says so', async () => {
    const decision = await decide(`https://example.com/?q=${'x'.repeat(400)}`);
    expect(decision).toMatchObject({ verdict: 'ask', rule: 'url.long-address' });
    expect(decision.grant).toBeUndefined();
    expect(decision.warnings?.join(' ')).toContain('415 characters to example.com');
  });

  it('counts what a name carries: a look-up tells it to whoever owns the end of it', async () => {
    expect(await decide(`https://${'a'.repeat(60)}.example.com/`)).toMatchObject({ verdict: 'ask', rule: 'url.ask-host' });
    const decision = await decide(`https://${'a'.repeat(60)}.${'b'.repeat(60)}.example.com/`);
    expect(decision).toMatchObject({ verdict: 'ask', rule: 'url.long-address' });
    expect(decision.grant).toBeUndefined();
    expect(decision.warnings?.join(' ')).toContain('134 characters');
  });

  it('warns of names with letters beyond ASCII, of numbers, and of plain http', async () => {
    expect((await decide('https://bücher.example/')).warnings?.join(' ')).toContain('xn--bcher-kva.example');
    expect((await decide('https://1.1.1.1/')).warnings?.join(' ')).toContain('by number');
    expect((await decide('http://example.com/')).warnings?.join(' ')).toContain('not encrypted');
  });

  it.each([
    ['http://168.63.129.16/machine', 'url.private-address'],
    ['http://127.1/', 'url.private-address'],
    ['http://router.lan/', 'url.local-name'],
    ['http://x.home.arpa/', 'url.local-name'],
    ['http://abcdefghij.onion/', 'url.local-name'],
    ['https://example.com:25/', 'url.port'],
    ['https://user@example.com/', 'url.credentials'],
    ['https://example.com\\@evil.example/', 'url.malformed'],
    ['https://ex%61mple.com/', 'url.disguised-host'],
    ['https://ｅxample.com/', 'url.disguised-host'],
    ['https://example。com/', 'url.disguised-host'],
    ['https://example.com/ a', 'url.hidden-characters'],
    ['https://example.com/\u202emoc', 'url.hidden-characters'],
    ['file:///etc/passwd', 'url.scheme'],
    ['https:example.com', 'url.malformed'],
    ['example.com', 'url.malformed'],
    [`https://example.com/${'a'.repeat(5_000)}`, 'url.too-long'],
  ])('refuses %j by the rule %s', async (url, rule) => {
    const decision = await decide(url);
    expect(decision).toMatchObject({ verdict: 'deny', rule });
    expect(decision.reason).not.toBe('');
    expect(decision.next).not.toBe('');
  });

  it('asks for the settings at each decision', async () => {
    let allowHosts = ['a.example'];
    const changing = createUrlGuard({ settings: () => ({ allowHosts }) });
    const verdict = async () => (await changing.decide({ kind: 'url', method: 'GET', url: 'https://b.example/' }, { tool: 'web_fetch', trusted: true })).rule;
    expect(await verdict()).toBe('url.host-not-allowed');
    allowHosts = ['b.example'];
    expect(await verdict()).toBe('url.ask-host');
  });
});

describe('behind a proxy', () => {
  const proxied = (url: string, allowHosts: readonly string[] | undefined, proxy = 'http://proxy.example:3128') =>
    createUrlGuard({ settings: () => ({ proxy, ...(allowHosts && { allowHosts }) }) }).decide({ kind: 'url', method: 'GET', url }, { tool: 'web_fetch', trusted: true });

  it('asks for encrypted pages of listed hosts, as without one', async () => {
    expect(await proxied('https://docs.example.com/', ['*.example.com'])).toMatchObject({ verdict: 'ask', rule: 'url.ask-host', grant: { key: 'fetch:docs.example.com' } });
  });

  it.each<[string, readonly string[] | undefined, string, string]>([
    ['https://example.com/', undefined, 'http://proxy.example:3128', 'url.proxy-allowed-hosts'],
    ['https://example.com/', [], 'http://proxy.example:3128', 'url.proxy-allowed-hosts'],
    ['https://example.com/', ['other.example'], 'http://proxy.example:3128', 'url.host-not-allowed'],
    ['http://example.com/', ['example.com'], 'http://proxy.example:3128', 'url.proxy-https'],
    ['https://10.0.0.1/', ['10.0.0.1'], 'http://proxy.example:3128', 'url.private-address'],
    ['https://example.com/', ['example.com'], 'socks5://proxy.example', 'url.bad-proxy'],
    ['https://example.com/', ['example.com'], 'http://user:password@proxy.example', 'url.bad-proxy'],
  ])('refuses %s with the list %j through %s: %s', async (url, allowHosts, proxy, rule) => {
    const decision = await proxied(url, allowHosts, proxy);
    expect(decision).toMatchObject({ verdict: 'deny', rule });
    expect(decision.next).not.toBe('');
    expect(`${decision.reason} ${decision.next ?? ''}`).not.toContain('password');
  });

  it('says why only listed hosts pass', async () => {
    expect((await proxied('https://example.com/', [])).reason).toMatch(/through a proxy, where the address behind example\.com can’t be checked/);
  });
});

describe('a list of hosts', () => {
  it.each([
    ['docs.python.org', ['docs.python.org'], true],
    ['docs.python.org', ['DOCS.Python.org.'], true],
    ['xn--bcher-kva.example', ['bücher.example'], true],
    ['example.com', ['*.example.com'], false],
    ['a.b.example.com', ['*.example.com'], true],
    ['badexample.com', ['*.example.com'], false],
    ['2606:4700:4700::1111', ['[2606:4700:4700::1111]'], true],
    ['example.com', ['*'], false],
    ['example.com', ['*.com'], true],
    ['example.com', ['https://example.com'], false],
    ['example.com', ['example.com/docs', 'example.com:443', '', 'exam*le.com', '*.*.com'], false],
    ['example.com', [], true],
    ['b.example', ['a.example', 'b.example'], true],
    ['2606:4700:4700::1111', ['2606:4700:4700::1111'], true],
    ['1.1.1.1', ['1.1.1.1'], true],
    ['a.undefined', ['*.'], false],
    ['undefined', ['a b', 'a:1'], false],
  ])('%s on %j: %s', (name, patterns, expected) => {
    expect(isAllowedHost(name, patterns)).toBe(expected);
  });
});

describe('addresses', () => {
  it.each(['1.1.1.1', '93.184.216.34', '2606:4700:4700::1111', '64:ff9b::101:101'])('%s is public', (address) => {
    expect(privateAddress(address)).toBeUndefined();
  });

  it.each(['', 'example.com', '127.0.0.1', '::', '::1', 'fe80::1%eth0', '64:ff9b::a00:1', '64:ff9b:1::101:101', '::ffff:1.1.1.1', '2002:101:101::', '5f00::1', '4000::1', '168.63.129.16'])('%s is not', (address) => {
    expect(privateAddress(address)).toBeDefined();
  });
});
