import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeldSecrets } from '../../../../src/audit/redact/held.js';

const secret = 'sk-Zq"7/\\wörd+9=x&<K';
const held = new HeldSecrets([secret]);
const json = (value: unknown): string => JSON.stringify(value);
const hex = (text: string): string => Buffer.from(text).toString('hex');
const each = (text: string, change: (character: string) => string): string => Array.from(text, change).join('');
const unicode = (character: string): string => each(character, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const percent = (text: string): string => hex(text).replaceAll(/../g, '%$&');

const forms: readonly (readonly [how: string, text: string])[] = [
  ['as it is', secret],
  ['in JSON', json(secret)],
  ['in JSON in JSON', json(json(secret))],
  ['in JSON in JSON in JSON in JSON', json(json(json(json(secret))))],
  ['in JSON of an encoder that escapes all but ASCII, and slashes', json(secret).replace('ö', '\\u00f6').replace('/', '\\/')],
  ['in JSON with every character escaped', each(secret, unicode)],
  ['the same in capitals', each(secret, unicode).replaceAll(/\\u(....)/g, (_all, digits: string) => `\\u${digits.toUpperCase()}`)],
  ['the same in JSON', json(each(secret, unicode))],
  ['partly escaped', `${unicode('s')}k-${each(secret.slice(3, 9), unicode)}${secret.slice(9)}`],
  ['as an escape of JavaScript', each('sk-Zq', (c) => `\\x${hex(c)}`) + secret.slice(5)],
  ['in a URL', encodeURIComponent(secret)],
  ['in a URL in lower case', encodeURIComponent(secret).replaceAll(/%../g, (all) => all.toLowerCase())],
  ['in a URL with every byte escaped', percent(secret)],
  ['in a URL in a URL', encodeURIComponent(encodeURIComponent(secret))],
  ['in a URL in JSON', json({ url: `https://example.com/?k=${encodeURIComponent(secret)}` })],
  ['in HTML', secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
  ['in HTML by numbers', each(secret, (c) => `&#${c.codePointAt(0)};`)],
  ['in HTML by hex numbers', each(secret, (c) => `&#x${c.codePointAt(0)?.toString(16)};`)],
  ['in hex', hex(secret)],
  ['in hex in capitals', hex(secret).toUpperCase()],
  ['in hex with colons', hex(secret).replaceAll(/..(?=.)/g, '$&:')],
  ['in hex with blanks and lines', hex(secret).replaceAll(/..(?=.)/g, '$& ').replaceAll(/(.{12})/g, '$1\n')],
  ['as numbers of a program', hex(secret).replaceAll(/..(?=.)/g, '0x$&, ')],
  ['in base64 for URLs', Buffer.from(secret).toString('base64url')],
  ['in base64 of UTF-16', Buffer.from(`Write-Host ${secret}`, 'utf16le').toString('base64')],
  ['in base64 in a URL', encodeURIComponent(Buffer.from(secret).toString('base64'))],
  ['in base64 on lines of 12', Buffer.from(`xx${secret}`).toString('base64').replaceAll(/.{12}/g, '$&\r\n')],
  ['in base64 on lines of 12 in JSON', json(Buffer.from(`xx${secret}`).toString('base64').replaceAll(/.{12}/g, '$&\n'))],
  ...[0, 1, 2, 3, 4, 5].map((before) => [`in base64 after ${before} bytes`, Buffer.from(`${'u'.repeat(before)}${secret}:and more`).toString('base64')] as const),
];

test.each(forms)('[P8] a held secret is taken out: %s', (_how, text) => {
  const clean = held.strike(`before ${text} after`);
  expect(clean).toMatch(/^before .*\[redacted:held\].* after$/s);
  for (const part of ['wörd', 'w%C3', hex('wörd'), Buffer.from('xxwör').toString('base64').slice(3, 6)]) expect(clean.toLowerCase()).not.toContain(part.toLowerCase());
});

test('[P8] whatever stands around it, and however it is mixed, nothing of a held secret is left', () => {
  const ways: readonly ((character: string) => string)[] = [(c) => c, unicode, percent, (c) => `&#${c.codePointAt(0)};`];
  fc.assert(
    fc.property(fc.array(fc.nat(3), { minLength: secret.length, maxLength: secret.length }), fc.string(), fc.string(), (choice, before, after) => {
      const mixed = Array.from(secret, (character, index) => (/["\\&]/.test(character) ? unicode(character) : (ways[choice[index] ?? 0] ?? ways[0]!)(character))).join('');
      expect(held.strike(`${before}.${mixed}.${after}`)).toContain('[redacted:held]');
    }),
    { numRuns: 300 },
  );
});

test('[P8] JSON text stays JSON text, and what stood beside the secret stays', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const value = { [before]: `${before}\\${secret}"${after}`, list: [after] };
      const clean = held.strike(JSON.stringify(value));
      expect(clean).not.toContain('wörd');
      expect((JSON.parse(clean) as unknown as { readonly list: readonly string[] }).list).toEqual([after]);
    }),
    { numRuns: 300 },
  );
});

test('[P8] a secret after a backslash that reads as an escape is found all the same', () => {
  for (const name of ['name-of-horse', 'title', 'u0041bcdef', 'x41bcdef', 'rrrrr']) expect(new HeldSecrets([name]).strike(`C:\\${name} C:\\\\${name}`)).toBe('C:\\[redacted:held] C:\\\\[redacted:held]');
});

test('[P8] a key that is itself hex or base64 is found in other spellings of it', () => {
  const key = Buffer.from('00ff10fe20fb3f7fbfefdf0123456789', 'hex');
  const both = new HeldSecrets([key.toString('hex'), key.toString('base64')]);
  expect(both.strike(key.toString('hex').toUpperCase())).toBe('[redacted:held]');
  expect(both.strike(key.toString('base64url'))).toBe('[redacted:held]');
});

test('[P8] of held secrets inside or across each other nothing is left', () => {
  const some = new HeldSecrets(['horse', 'horsebattery', 'batterystaple']);
  expect(some.strike('the secret is horsebatterystaple.')).toBe('the secret is [redacted:held].');
  expect(some.strike('horse horsebattery')).toBe('[redacted:held] [redacted:held]');
});

test('texts without a secret, secrets that are too short, and no secrets at all change nothing', () => {
  const text = 'C:\\new\\table 100%25 &amp; &#; \\u00 %4 +/=';
  expect(held.strike(text)).toBe(text);
  expect(new HeldSecrets(['abc', '']).strike(`abc ${text}`)).toBe(`abc ${text}`);
  expect(new HeldSecrets([]).strike(text)).toBe(text);
  expect(held.strike('')).toBe('');
});
