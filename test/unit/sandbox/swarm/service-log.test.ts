import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { OutputCollector } from '../../../../src/sandbox/output-collector.js';
import { ServiceLog } from '../../../../src/sandbox/swarm/service-log.js';
import type { LogQuery } from '../../../../src/sandbox/swarm/swarm-engine.js';
import { frame } from '../fake-engine.js';

const never = new AbortController().signal;

/** A log that gives `live` to who follows it, and `all` to who reads it afterwards. */
function logOf(live: readonly Buffer[], all: readonly Buffer[]) {
  const heard: string[] = [];
  const collector = new OutputCollector(10_000, (text) => heard.push(text));
  const logs = async (_service: string, { follow, stdout, stderr }: LogQuery) => Readable.from(follow ? live : all.filter((each) => (each[0] === 1 && stdout) || (each[0] === 2 && stderr) || each[0] === 3));
  const log = new ServiceLog({ logs }, 's', collector);
  return { log, collector, heard };
}

describe('ServiceLog', () => {
  it('hears output as it comes, and the rest once, whatever was heard before', async () => {
    const all = [frame('one\n'), frame('two\n'), frame('end 3 4096\n', 2), frame('three\n')];
    for (const live of [[], all.slice(0, 1), [frame('one\ntw')], all]) {
      const { log, collector, heard } = logOf(live, all);
      await log.follow(never);
      expect(await log.finish(never)).toEqual({ end: { exitCode: 3, peakMemory: 4096 }, files: [], leftOut: [], words: '', isWhole: true });
      expect(collector.end()).toEqual({ output: 'one\ntwo\nthree\n', cut: 0 });
      expect(heard.join('')).toBe('one\ntwo\nthree\n');
    }
  });

  it('tells of the end while the results are still to come', async () => {
    const { log } = logOf([frame('end 0 -\n', 2)], []);
    await log.follow(never);
    expect(await log.ended).toEqual({ exitCode: 0 });
    expect((await log.finish(never)).end).toEqual({ exitCode: 0 });
  });

  it('takes results from lines of base64, however they are cut', async () => {
    const { pack } = await import('tar-stream');
    const tar = pack();
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7) % 256));
    tar.entry({ name: 'results/a.bin' }, bytes);
    tar.finalize();
    const archive = Buffer.concat(await Readable.from(tar as AsyncIterable<Buffer>).toArray() as Buffer[]);
    const lines = (archive.toString('base64').match(/.{1,4096}/g) ?? []).map((line) => `${line}\n`).join('');
    for (const size of [1, 3, 1000, 100_000]) {
      const text = `end 0 5\n${lines}`;
      const frames = Array.from({ length: Math.ceil(text.length / size) }, (_, index) => frame(text.slice(index * size, (index + 1) * size), 2));
      const { files, leftOut } = await logOf([], frames).log.finish(never);
      expect(files.map((each) => [each.name, Buffer.compare(Buffer.from(each.bytes), bytes)])).toEqual([['a.bin', 0]]);
      expect(leftOut).toEqual([]);
    }
  });

  it('[P18] gives up a flood, while it is followed and afterwards', async () => {
    const big = frame('x'.repeat(1 << 20));
    const live = logOf(Array.from({ length: 9 }, () => big), []);
    await live.log.follow(never);
    expect(await live.log.flood).toBe('8 MB');
    const late = logOf([], Array.from({ length: 9 }, () => big));
    expect((await late.log.finish(never)).leftOut).toEqual([{ name: 'the rest of what it printed', reason: 'its node could not hand it over in time' }]);
    expect(await late.log.flood).toBe('8 MB');
    expect(late.collector.end().output).toHaveLength(10_000);
  });

  it('[P18] counts lines too: they are what a log costs', async () => {
    const { log, collector } = logOf(Array.from({ length: 100_001 }, () => frame('\n')), []);
    await log.follow(never);
    expect(await log.flood).toBe('100,000 lines');
    expect(collector.end().cut).toBe(90_000);
  });

  it('says when the log can’t be read to its end', async () => {
    const warning = frame('incomplete log stream');
    warning[0] = 3;
    const { log } = logOf([], [frame('a\n'), warning]);
    expect(await log.finish(never)).toMatchObject({ isWhole: false, leftOut: [{ name: 'the rest of the results' }, { name: 'the rest of what it printed' }] });
    const broken = new ServiceLog({ logs: async () => { throw new Error('no'); } }, 's', new OutputCollector(10));
    await broken.follow(never);
    expect(await broken.finish(never)).toMatchObject({ isWhole: false, files: [] });
  });

  it('keeps the words of the guard apart from what the program prints', async () => {
    const { log } = logOf([], [frame('end 0 5\n'), frame('refused memory\n', 2)]);
    expect(await log.finish(never)).toMatchObject({ words: 'refused memory\n' });
    expect((await log.finish(never)).end).toBeUndefined();
  });

  it('takes no end for one that standard error does not begin with', async () => {
    const { log } = logOf([], [frame('x'.repeat(2000), 2), frame('end 0 5\n', 2)]);
    expect((await log.finish(never)).end).toBeUndefined();
  });
});
