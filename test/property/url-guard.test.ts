import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, it } from 'vitest';
import { privateAddress } from '../../src/policy/url/check-address.js';
import { checkUrl } from '../../src/policy/url/check-url.js';
import { createUrlGuard } from '../../src/policy/url/url-guard.js';

/** Addresses that must never be reached, as 32-bit numbers: some of each block. */
const block = (first: number, bits: number) => fc.integer({ min: 0, max: 2 ** (32 - bits) - 1 }).map((rest) => first + rest);
const privateV4 = fc.oneof(
  block(0x7f000000, 8), block(0x0a000000, 8), block(0xac100000, 12), block(0xc0a80000, 16), block(0xa9fe0000, 16), block(0x64400000, 10), block(0, 8),
  block(0xe0000000, 4), block(0xf0000000, 4), block(0xc0000000, 24), block(0xc0000200, 24), block(0xc6120000, 15), block(0xc6336400, 24), block(0xcb007100, 24),
);
/** Addresses that anybody may be asked at. */
const publicV4 = fc.oneof(block(0x01000000, 8), block(0x08000000, 8), block(0x5db80000, 16), block(0x97650000, 16), block(0xd0000000, 5)).filter((address) => privateAddress(dotted(address)) === undefined);

const dotted = (address: number): string => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

const radix = fc.constantFrom(
  (part: number) => String(part),
  (part: number) => `0x${part.toString(16)}`,
  (part: number) => `0X${part.toString(16).toUpperCase()}`,
  (part: number) => `0x000${part.toString(16)}`,
  (part: number) => `0${part.toString(8)}`,
  (part: number) => `000${part.toString(8)}`,
);
/** A number in one to four parts, each in any radix, as inet_aton reads them: the last part holds what is left. */
const spelled = (numbers: fc.Arbitrary<number>) =>
  fc.tuple(numbers, fc.integer({ min: 1, max: 4 }), fc.array(radix, { minLength: 4, maxLength: 4 }), fc.constantFrom('', '.')).map(([address, parts, writers, dot]) => {
    const values = Array.from({ length: parts - 1 }, (_, at) => Math.floor(address / 2 ** (24 - 8 * at)) % 256);
    values.push(address % 2 ** (32 - 8 * (parts - 1)));
    return { address, text: values.map((value, at) => writers[at]!(value)).join('.') + dot };
  });
const fullWidth = (text: string) => text.replaceAll(/[\da-z]/gi, (character) => String.fromCodePoint(character.codePointAt(0)! + 0xfee0));
const fold = fc.constantFrom<((text: string) => string)[]>(
  (text) => text,
  (text) => fullWidth(text),
  (text) => text.replaceAll('.', '。'),
  (text) => text.replaceAll('.', '．'),
  (text) => text.replaceAll('.', '｡'),
  (text) => text.replaceAll(/[1-9]/g, (digit) => String.fromCodePoint(0x245f + Number(digit))),
  (text) => text.replaceAll(/\d/g, (digit) => String.fromCodePoint(0x1d7ce + Number(digit))),
  (text) => text.replaceAll(/\d/g, (digit) => `%3${digit}`),
  (text) => text.replaceAll('.', '%2e'),
  (text) => text.replaceAll('.', '\u200b.'),
  (text) => text.replaceAll('.', '\u00ad.'),
  (text) => `${text.slice(0, 2)}\t${text.slice(2)}`,
  (text) => `${text.slice(0, 2)}\n${text.slice(2)}`,
);
/** The address as an IPv6 one: wrapped, with a zone, in full, in capitals. */
const asV6 = (address: number) => {
  const [high, low] = [Math.floor(address / 65_536).toString(16), (address % 65_536).toString(16)];
  return fc
    .constantFrom(
      `::ffff:${high}:${low}`, `::${high}:${low}`, `64:ff9b::${high}:${low}`, `2002:${high}:${low}::1`, `::ffff:0:${high}:${low}`, `64:ff9b:1::${high}:${low}`, `2001:0:${high}:${low}::`,
      `::ffff:${dotted(address)}`, `::${dotted(address)}`, `64:ff9b::${dotted(address)}`, `0:0:0:0:0:ffff:${high}:${low}`, `0000:0000:0000:0000:0000:FFFF:${dotted(address)}`,
    )
    .chain((text) => fc.constantFrom(text, text.toUpperCase(), `${text}%eth0`, `${text}%25lo`).map((written) => `[${written}]`));
};
const privateV6 = fc.tuple(fc.constantFrom('::1', '::', 'fe80::1', 'febf::1', 'fec0::1', 'fc00::1', 'fdff::1', 'ff02::1', '100::1', '2001:db8::1', '3fff::1', '5f00::1', '2001:20::1', '0:0:0:0:0:0:0:1', '0::0'), fc.constantFrom('', '%1', '%25eth0'))
  .map(([text, zone]) => `[${text}${zone}]`);
const before = fc.constantFrom('', '', '', '', 'user@', 'example.com@', 'user:password@', 'example.com%40', 'example.com\\@', '\\', '/');
const rest = fc.constantFrom('', '/', '/path?x=1', ':8080/', ':80', '?q', '#f', '/@x', '\\@example.com/', '#@example.com/', '?@example.com/', '/../..', '%2f@example.com/');
const scheme = fc.constantFrom('http:', 'https:', 'HTTP:', 'hTTpS:', ' http:', '\thttp:', 'ht\ntp:');
const slashes = fc.constantFrom('//', '//', '//', '//', '/', '///', '\\\\', '/\\', '');

const guard = createUrlGuard({ settings: () => ({}) });
const decide = (url: string) => guard.decide({ kind: 'url', method: 'GET', url }, { tool: 'web_fetch', trusted: true });

it('[P13] no spelling of an address inside is anything but refused', async () => {
  const host = fc.oneof(fc.tuple(spelled(privateV4), fold).map(([{ text }, write]) => write(text)), privateV4.chain(asV6), privateV6);
  await fc.assert(
    fc.asyncProperty(scheme, slashes, before, host, rest, async (start, lines, front, name, tail) => {
      expect((await decide(`${start}${lines}${front}${name}${tail}`)).verdict).toBe('deny');
    }),
    { numRuns: 20_000 },
  );
});

it('[P13] a plain spelling of a public address is judged as what it means, in the one form that is dialed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('http', 'https'), spelled(publicV4), fc.constantFrom('/', '/a?b#c', ''), async (start, { address, text }, tail) => {
      const url = `${start}://${text}${tail}`;
      const check = checkUrl(url, {});
      expect(check.ok && check.host).toEqual({ name: dotted(address), isAddress: true, label: dotted(address) });
      const decision = await decide(url);
      expect(decision.verdict).toBe('ask');
      expect(decision.warnings?.join(' ')).toContain('by number');
      expect(decision.grant?.key).toBe(`fetch:${start === 'http' ? 'http://' : ''}${dotted(address)}`);
      expect(checkUrl(url, { allowHosts: [dotted(address)] }).ok).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

it('[P13] a public name is judged as its canonical host, however it is spelled', async () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/).filter((text) => !/^..--/.test(text));
  const name = fc.tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.constantFrom('com', 'org', 'example')).map(([labels, top]) => [...labels, top].join('.'));
  const spelling = fc.constantFrom<((text: string) => string)[]>((text) => text, (text) => text.toUpperCase(), (text) => `${text}.`, (text) => text.replace(/^./, (first) => first.toUpperCase()));
  await fc.assert(
    fc.asyncProperty(name, spelling, async (host, write) => {
      const decision = await decide(`https://${write(host)}/x`);
      expect(decision).toMatchObject({ verdict: 'ask', grant: { key: `fetch:${host}` } });
      expect(checkUrl(`https://${write(host)}/`, { allowHosts: [host] }).ok).toBe(true);
      expect(checkUrl(`https://${write(host)}/`, { allowHosts: [`not-${host}`, `*.${host}`] }).ok).toBe(false);
    }),
    { numRuns: 3_000 },
  );
});

it('[P13] every address that a resolver could give is public only outside of the special blocks', () => {
  fc.assert(
    fc.property(fc.oneof(privateV4.map(dotted), privateV4.chain(asV6).map((text) => text.slice(1, -1)), privateV6.map((text) => text.slice(1, -1))), (address) => {
      expect(privateAddress(address)).toBeDefined();
    }),
    { numRuns: 5_000 },
  );
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      if (privateAddress(text) !== undefined) return;
      const address = ipaddr.parse(text);
      // What is left is in the block that IANA gives out, or it is NAT64 around a public address.
      const isGlobal = address.match(ipaddr.parseCIDR('2000::/3'));
      const isNat64 = address.match(ipaddr.parseCIDR('64:ff9b::/96'));
      expect(isGlobal || isNat64).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

it('no text makes the check throw, and what it lets through goes to the host it names', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.tuple(fc.constantFrom('http://', 'https://', 'http:/', '//', ''), fc.string({ unit: 'grapheme' })).map(([a, b]) => a + b));
  fc.assert(
    fc.property(text, fc.constantFrom('', 'http://proxy.example:3128', 'nonsense'), (url, proxy) => {
      const check = checkUrl(url, { proxy });
      if (!check.ok) return;
      expect(proxy, 'without a list of hosts nothing goes through a proxy').toBe('');
      expect(check.url.protocol).toMatch(/^https?:$/);
      expect(check.url.username + check.url.password).toBe('');
      // Whoever reads the text up to the first slash sees the host that is reached.
      const seen = /^https?:\/\/([^/?#]*)/i.exec(url)![1]!;
      expect(URL.parse(`http://${seen}/`)?.hostname).toBe(check.url.hostname);
    }),
    { numRuns: 5_000 },
  );
});
