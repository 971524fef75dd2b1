import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkUrl } from '../../src/policy/url/check-url.js';
import { createUrlGuard } from '../../src/policy/url/url-guard.js';

/** Addresses that must never be reached, as 32-bit numbers: some of each block. */
const block = (first: number, bits: number) => fc.integer({ min: 0, max: 2 ** (32 - bits) - 1 }).map((rest) => first + rest);
const privateV4 = fc.oneof(block(0x7f000000, 8), block(0x0a000000, 8), block(0xac100000, 12), block(0xc0a80000, 16), block(0xa9fe0000, 16), block(0x64400000, 10), block(0, 8), block(0xe0000000, 4), block(0xf0000000, 4));

const radix = fc.constantFrom(
  (part: number) => String(part),
  (part: number) => `0x${part.toString(16)}`,
  (part: number) => `0X${part.toString(16).toUpperCase()}`,
  (part: number) => `0${part.toString(8)}`,
  (part: number) => `000${part.toString(8)}`,
);
/** A number in one to four parts, each in any radix, as inet_aton reads them: the last part holds what is left. */
const spelledV4 = fc.tuple(privateV4, fc.integer({ min: 1, max: 4 }), fc.array(radix, { minLength: 4, maxLength: 4 }), fc.constantFrom('', '.')).map(([address, parts, writers, dot]) => {
  const values = Array.from({ length: parts - 1 }, (_, at) => Math.floor(address / 2 ** (24 - 8 * at)) % 256);
  values.push(address % 2 ** (32 - 8 * (parts - 1)));
  return values.map((value, at) => writers[at]!(value)).join('.') + dot;
});
const fold = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  (text: string) => text.replaceAll('.', '。'),
  (text: string) => text.replaceAll(/[1-9]/g, (digit) => String.fromCodePoint(0x245f + Number(digit))),
  (text: string) => text.replaceAll(/\d/g, (digit) => `%3${digit}`),
);
const wrappedV6 = privateV4.chain((address) => {
  const [high, low] = [Math.floor(address / 65_536).toString(16), (address % 65_536).toString(16)];
  return fc.constantFrom(`[::ffff:${high}:${low}]`, `[::${high}:${low}]`, `[64:ff9b::${high}:${low}]`, `[2002:${high}:${low}::1]`, `[::ffff:0:${high}:${low}]`, `[64:ff9b:1::${high}:${low}]`);
});
const rest = fc.constantFrom('', '/', '/path?x=1', ':8080/', '?q', '#f', '/@x');

it('no spelling of an address inside is anything but refused', async () => {
  const guard = createUrlGuard({ settings: () => ({}) });
  const host = fc.oneof(fc.tuple(spelledV4, fold).map(([text, write]) => write(text)), wrappedV6);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('http', 'https', 'HTTP'), host, rest, async (scheme, name, tail) => {
      const decision = await guard.decide({ kind: 'url', method: 'GET', url: `${scheme}://${name}${tail}` }, { tool: 'web_fetch', trusted: true });
      expect(decision.verdict).toBe('deny');
    }),
    { numRuns: 5_000 },
  );
});

it('no text makes the check throw, and what it lets through goes to the host it names', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.tuple(fc.constantFrom('http://', 'https://', 'http:/', '//', ''), fc.string({ unit: 'grapheme' })).map(([a, b]) => a + b));
  fc.assert(
    fc.property(text, (url) => {
      const check = checkUrl(url, {});
      if (!check.ok) return;
      expect(check.url.protocol).toMatch(/^https?:$/);
      expect(check.url.username + check.url.password).toBe('');
      // Whoever reads the text up to the first slash sees the host that is reached.
      const seen = /^https?:\/\/([^/?#]*)/i.exec(url)![1]!;
      expect(URL.parse(`http://${seen}/`)?.hostname).toBe(check.url.hostname);
    }),
    { numRuns: 5_000 },
  );
});
