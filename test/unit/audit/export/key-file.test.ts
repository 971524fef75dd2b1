import { expect, test } from 'vitest';
import { keyFileText, parseKeyFile } from '../../../../src/audit/export/key-file.js';
import { keyIdOf } from '../../../../src/audit/storage/layout.js';

const key = Buffer.alloc(32, 5);
const text = keyFileText(key, Date.UTC(2026, 0, 2));

test('a key file says which key it is, what it means to have it, and gives the key back', () => {
  expect(text).toContain(`Key ${keyIdOf(key)} of an Axon audit log, exported at 2026-01-02T00:00:00.000Z`);
  expect(text).toContain('could also forge one');
  expect(parseKeyFile(text)).toEqual(key);
  expect(parseKeyFile(text.replaceAll('\n', '\r\n'))).toEqual(key);
});

test('a key file that is damaged, or none, is refused without a word of what is in it', () => {
  const encoded = key.toString('base64');
  for (const wrong of ['', 'something', encoded, text.replace(encoded, Buffer.alloc(32, 6).toString('base64')), text.replace(encoded, encoded.slice(4)), text.replace(`:${keyIdOf(key)}:`, ':0000000000000000:')]) {
    let message = '';
    try {
      parseKeyFile(wrong);
    } catch (error) {
      message = String(error);
      expect(error).toMatchObject({ code: 'not-text' });
    }
    expect(message).toContain('key file');
    expect(message).not.toContain(encoded.slice(4, 20));
  }
});
