import { describe, expect, it } from 'vitest';
import { checkUrl, parseProxy } from '../../../../src/policy/url/check-url.js';

const ruleOf = (text: string, settings: Parameters<typeof checkUrl>[1] = {}) => {
  const check = checkUrl(text, settings);
  return check.ok ? 'ok' : check.rule;
};

describe('an address', () => {
  it('is told apart into its host, and how people and grants name it', () => {
    for (const [text, host] of [
      ['https://Docs.Example.com./a', { name: 'docs.example.com', isAddress: false, label: 'docs.example.com' }],
      ['https://example.com', { name: 'example.com', isAddress: false, label: 'example.com' }],
      ['https://example.com?q=1', { name: 'example.com', isAddress: false, label: 'example.com' }],
      ['https://example.com#a', { name: 'example.com', isAddress: false, label: 'example.com' }],
      ['https://1.example.com:8443/', { name: '1.example.com', isAddress: false, label: '1.example.com:8443' }],
      ['https://example1.com/', { name: 'example1.com', isAddress: false, label: 'example1.com' }],
      ['https://1.1.1.1:8443/', { name: '1.1.1.1', isAddress: true, label: '1.1.1.1:8443' }],
      ['https://[2606:4700:4700::1111]/', { name: '2606:4700:4700::1111', isAddress: true, label: '2606:4700:4700::1111' }],
    ] as const) {
      expect(checkUrl(text, {}), text).toMatchObject({ ok: true, host });
    }
  });

  it('may be as long as 4,000 characters', () => {
    const start = 'https://example.com/';
    expect(ruleOf(start + 'a'.repeat(4_000 - start.length))).toBe('ok');
    expect(ruleOf(start + 'a'.repeat(4_001 - start.length))).toBe('url.too-long');
  });

  it('may hold in its query what would not pass in its host', () => {
    expect(ruleOf('https://example.com/a?to=ftp://b.example/&c=d\\e#f\\g')).toBe('ok');
    expect(ruleOf('https://example.com/a?mail=me@b.example')).toBe('ok');
    expect(ruleOf('https://example.com/a\\b')).toBe('url.malformed');
  });

  it('is refused where it only begins later, or has no scheme', () => {
    for (const text of [' https://example.com/', '//example.com/', 'example.com:80', '(https://example.com/)', 'see-https://example.com/', '', ':', 'https://', 'https:///a']) {
      expect(ruleOf(text), text).not.toBe('ok');
    }
    expect(ruleOf('/a:https://example.com/')).toBe('url.malformed');
    expect(ruleOf('/ftp:a')).toBe('url.malformed');
  });

  it('is refused when its host or port is none', () => {
    for (const text of ['https://a..b/', 'https://a,b.example/', 'https://b.example,/', 'https://,b.example/', 'https://a$b/', 'https://example.com:99999/', 'https://example.com:a/', 'https://[1::2::3]/', 'https://1.2.3.4.5/', 'https://-~/']) {
      expect(checkUrl(text, {}), text).toMatchObject({ ok: false, rule: 'url.malformed', reason: expect.stringMatching(/valid/) as string, next: expect.stringContaining('https://example.com/page') as string });
    }
  });

  it('says which host or which scheme is refused, and by which setting it could pass', () => {
    expect(checkUrl('https://b.example/', { allowHosts: ['a.example'] })).toMatchObject({ reason: 'b.example is not among the hosts that may be fetched.', next: expect.stringContaining('axon.web.allowHosts') as string });
    expect(checkUrl('http://a.example/', { allowHosts: ['a.example'], proxy: 'http://p.example:1' })).toMatchObject({ rule: 'url.proxy-https', reason: expect.stringContaining('encrypted') as string });
    expect(checkUrl('gopher://a.example/', {})).toMatchObject({ rule: 'url.scheme', reason: expect.stringContaining('gopher') as string });
  });
});

describe('the setting for a proxy', () => {
  it('is a host and a port, the usual one when none is given', () => {
    expect(parseProxy('http://proxy.example:3128')).toEqual({ host: 'proxy.example', port: 3128 });
    expect(parseProxy(' http://proxy.example/ ')).toEqual({ host: 'proxy.example', port: 80 });
    expect(parseProxy('http://[fd00::1]:8080')).toEqual({ host: 'fd00::1', port: 8080 });
    expect(parseProxy('http://[fd00::1]')).toEqual({ host: 'fd00::1', port: 80 });
  });

  it.each([undefined, '', '  ', 'proxy.example', 'proxy.example:3128', 'https://proxy.example:3128', 'socks5://proxy.example', 'http://', 'http://user@proxy.example', 'http://user:pass@proxy.example', 'http://:pass@proxy.example', 'http://proxy.example/path', 'http://proxy.example/?a', 'http://proxy.example/#a', 'file:///etc/passwd'])('is none when it is %j', (text) => {
    expect(parseProxy(text)).toBeUndefined();
  });
});
