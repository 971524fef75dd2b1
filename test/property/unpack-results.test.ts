import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPlainName } from '../../src/policy/path/plain-name.js';
import { limits } from '../../src/sandbox/limits.js';
import { ResultUnpacker } from '../../src/sandbox/unpack-results.js';

/** One entry as an engine that lies may send it: each field of the header as it likes, with a checksum that fits (pax, "ustar Interchange Format"). */
interface Entry {
  readonly name: string;
  readonly type: string;
  readonly size: Buffer;
  readonly body: Buffer;
  readonly magic: string;
}

function blocksOf({ name, type, size, body, magic }: Entry): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write('0000644\u0000', 100);
  size.copy(header, 124, 0, 12);
  header.write(type, 156, 'latin1');
  header.write(magic, 257, 'latin1');
  header.fill(' ', 148, 156);
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\u0000`, 148);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

const octal = (size: number): Buffer => Buffer.from(`${size.toString(8).padStart(11, '0')}\u0000`);
const entry = fc
  .record({
    name: fc.oneof(fc.constantFrom('results/', 'results/a', 'results/../b', 'results//etc/passwd', '/etc/passwd', 'results', 'results/a\u202e'), fc.string({ maxLength: 90 }).map((name) => `results/${name}`)),
    type: fc.oneof({ weight: 3, arbitrary: fc.constant('0') }, fc.constantFrom('\u0000', '1', '2', '3', '4', '5', '6', '7', 'x', 'g', 'L', 'K', 'N', 'S', 'Z')),
    magic: fc.constantFrom('ustar\u000000', 'ustar  \u0000', 'other'),
    body: fc.uint8Array({ maxLength: 1500 }).map((bytes) => Buffer.from(bytes)),
    lie: fc.option(fc.oneof(fc.nat(3000).map(octal), fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => Buffer.from(bytes)), fc.constantFrom('-0000000001', '77777777777', '', '99999999999').map((text) => Buffer.from(text.padEnd(12, '\u0000')))), { freq: 2 }),
  })
  .map(({ lie, ...rest }) => blocksOf({ ...rest, size: lie ?? octal(rest.body.length) }));

const archive = fc.record({
  bytes: fc.array(entry, { maxLength: 8 }).map((blocks) => Buffer.concat([...blocks, Buffer.alloc(1024)])),
  keep: fc.double({ min: 0, max: 1, noNaN: true }),
  piece: fc.integer({ min: 1, max: 5000 }),
  slowly: fc.boolean(),
});

it('[P19] an archive of an engine that lies is read to its end, whatever it says, in whatever pieces', async () => {
  await fc.assert(
    fc.asyncProperty(archive, async ({ bytes, keep, piece, slowly }) => {
      const unpacker = new ResultUnpacker();
      const whole = bytes.subarray(0, keep > 0.5 ? bytes.length : Math.floor(bytes.length * 2 * keep));
      for (let at = 0; at < whole.length; at += piece) {
        unpacker.push(whole.subarray(at, at + piece));
        if (slowly) await sleep(0);
      }
      const late = new AbortController();
      const hung = sleep(2000, undefined, { signal: late.signal }).then(() => undefined, () => undefined);
      const end = await Promise.race([unpacker.end(), hung]);
      late.abort();
      expect(end, 'it hangs').toBeDefined();
      for (const { name } of end?.files ?? []) expect(isPlainName(name), JSON.stringify(name)).toBe(true);
      expect(new Set(end?.files.map((each) => each.name)).size).toBe(end?.files.length);
      expect(end?.files.length).toBeLessThanOrEqual(limits.resultFiles);
      for (const each of end?.leftOut ?? []) expect(each.name.length).toBeLessThanOrEqual(200);
    }),
    { numRuns: 400 },
  );
});

it.each([
  ['a folder that says it has a content', '5', octal(700)],
  ['a folder whose size is no number', '5', Buffer.alloc(12, 0x8e)],
  ['a file whose size is no number', '0', Buffer.alloc(12, 0x8e)],
  ['a file of less than nothing', '0', Buffer.from(`${'ff'.repeat(11)}fe`, 'hex')],
  ['a file that never ends', '0', Buffer.from(`80${'ff'.repeat(11)}`, 'hex')],
])('[P19] %s ends the reading, and what came before it counts', async (_what, type, size) => {
  const unpacker = new ResultUnpacker();
  const fields = { magic: 'ustar\u000000', body: Buffer.from('x') };
  unpacker.push(Buffer.concat([blocksOf({ ...fields, name: 'results/first', type: '0', size: octal(1) }), blocksOf({ ...fields, name: 'results/second', type, size })]));
  const end = await Promise.race([unpacker.end(), sleep(2000)]);
  expect(end).toMatchObject({ files: [{ name: 'first' }], leftOut: expect.arrayContaining([{ name: 'the rest', reason: 'it did not arrive whole' }]) as unknown });
});
