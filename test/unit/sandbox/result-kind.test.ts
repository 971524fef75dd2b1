import { expect, test } from 'vitest';
import { kindOf } from '../../../src/sandbox/result-kind.js';

const of = (name: string, content: string | Buffer) => kindOf({ name, bytes: Buffer.from(content) });
const png = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.from([0, 0, 2, 128, 0, 0, 1, 224, 8, 6, 0, 0, 0, 0, 0, 0, 0])]);

test('a file is what its bytes say, and then its name', () => {
  expect(of('a.txt', png)).toEqual({ kind: 'picture', media: 'image/png', width: 640, height: 480 });
  expect(of('a.png', 'no picture')).toMatchObject({ kind: 'text' });
  expect(of('a.png', png.subarray(0, 20))).toEqual({ kind: 'other' });
  expect(of('a.svg', '<?xml version="1.0"?><svg/>')).toEqual({ kind: 'picture', media: 'image/svg+xml' });
  expect(of('a.svg', 'nothing')).toMatchObject({ kind: 'text' });
  expect(of('a.CSV', 'a,b\n')).toEqual({ kind: 'table', preview: 'a,b\n' });
  expect(of('a.csv', 'a\0b')).toEqual({ kind: 'other' });
  expect(of('a.csv', Buffer.from([0xff, 0xfe]))).toEqual({ kind: 'other' });
});

test('a long text is shown by its beginning, never by half of a character', () => {
  expect(of('a', 'x'.repeat(5_000))).toEqual({ kind: 'text', preview: 'x'.repeat(4_000), cut: true });
  const { preview } = of('a', `${'x'.repeat(3_999)}🙂🙂`);
  expect(preview).toBe('x'.repeat(3_999));
});
