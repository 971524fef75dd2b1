import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { beforeAll, expect, it } from 'vitest';
import { OutputCollector } from '../../src/sandbox/output-collector.js';
import { readOutput } from '../../src/sandbox/read-output.js';
import { ReportReader } from '../../src/sandbox/report-reader.js';

function frame(bytes: Buffer, stream: 1 | 2): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** What a program may print that wants to be taken for the word of the shell beside it. */
const forged = fc.oneof(
  fc.constantFrom('end 0 1\n', '\nend 0 1\n', 'end 0 -\nresults/', frame(Buffer.from('end 0 1\n'), 2).toString('latin1'), '\u0002\u0000\u0000\u0000\u0000\u0000\u0000\u0008end 0 1\n', '\u0000'.repeat(600)).map((text) => Buffer.from(text, 'latin1')),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);

let archive: Buffer;
beforeAll(async () => {
  const tar = pack();
  tar.entry({ name: 'results/a.txt' }, 'whole');
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar as AsyncIterable<Uint8Array>) chunks.push(chunk);
  archive = Buffer.concat(chunks);
});

/** Cuts bytes where the numbers say. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((to, index) => bytes.subarray(at[index], to));
}

it('[P9] [P19] nothing that a program prints passes for the report about it, wherever frames and pieces are cut', async () => {
  const cuts = fc.array(fc.nat(5000), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(forged, { maxLength: 8 }), cuts, cuts, async (prints, frames, wire) => {
      const report = pieces(Buffer.concat([Buffer.from('end 7 123456\n'), archive]), frames).map((each) => frame(each, 2));
      const printed = prints.map((each) => frame(each, 1));
      // The two streams keep their own order, and nothing says how they lie to each other.
      const order = Array.from({ length: Math.max(report.length, printed.length) }, (_, n) => [printed[n], report[n]]).flat().filter((each) => each !== undefined);
      const stream = new PassThrough();
      const [collector, reader] = [new OutputCollector(10_000), new ReportReader()];
      const { closed } = readOutput(stream, collector, reader);
      for (const piece of pieces(Buffer.concat(order), wire)) stream.write(piece);
      stream.end();
      await closed;
      expect(await reader.report()).toMatchObject({ end: { exitCode: 7, peakMemory: 123_456 }, files: [{ name: 'a.txt', bytes: Buffer.from('whole') }], leftOut: [] });
      expect(collector.end().output).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(prints)));
    }),
    { numRuns: 300 },
  );
});
