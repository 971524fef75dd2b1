import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mostPolicyBytes, PolicyFile } from '../../../src/vscode/policy-file.js';

let folder: string;
let outside: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'axon-policy-file-'));
  outside = mkdtempSync(path.join(os.tmpdir(), 'axon-policy-outside-'));
});
afterEach(() => {
  for (const each of [folder, outside]) rmSync(each, { recursive: true, force: true });
});

const file = (): string => path.join(folder, '.axon', 'policy.json');
function write(text: string | Uint8Array): void {
  mkdirSync(path.dirname(file()), { recursive: true });
  writeFileSync(file(), text);
}

describe('the file of a workspace folder', () => {
  it('is none when it or its folder is missing', async () => {
    expect(await new PolicyFile(folder).load()).toEqual({ state: 'none' });
    mkdirSync(path.join(folder, '.axon'));
    expect(await new PolicyFile(folder).load()).toEqual({ state: 'none' });
  });

  it('is read as text, with the real folder', async () => {
    write('\ufeff{"a":"ä"}');
    const link = path.join(outside, 'link');
    symlinkSync(folder, link);
    expect(await new PolicyFile(link).load()).toEqual({ state: 'text', text: '{"a":"ä"}', folder });
  });

  it('is seen as it is now: written, changed, removed, made anew', async () => {
    const rules = new PolicyFile(folder);
    expect(await rules.load()).toEqual({ state: 'none' });
    write('one');
    expect(await rules.load()).toMatchObject({ text: 'one' });
    write('two');
    expect(await rules.load()).toMatchObject({ text: 'two' });
    rmSync(file());
    expect(await rules.load()).toEqual({ state: 'none' });
    write('six');
    expect(await rules.load()).toMatchObject({ text: 'six' });
  });

  it('is seen when it changes at once after it was read, to a text of the same length with the same time', async () => {
    const rules = new PolicyFile(folder);
    for (let round = 0; round < 100; round++) {
      const text = String(round).padStart(4, '0');
      write(text);
      utimesSync(file(), 1, 1);
      expect(await rules.load()).toMatchObject({ text });
    }
  });

  it('is not opened again while nothing changes', async () => {
    write('{}');
    const rules = new PolicyFile(folder, () => Date.now() + 10_000);
    const [first, second] = [await rules.load(), await rules.load()];
    expect(second).toBe(first);
  });
});

describe('what is no plain file is broken, never none', () => {
  const axon = (): string => path.dirname(file());
  const link = (target: string, at: string): void => {
    mkdirSync(path.dirname(at), { recursive: true });
    symlinkSync(target, at);
  };
  const pipe = (): void => {
    mkdirSync(axon());
    execFileSync('mkfifo', [file()]);
  };
  it.each<[name: string, make: () => unknown, message: string]>([
    ['a link to a file', () => link('/etc/hostname', file()), 'link'],
    ['a link to nothing', () => link(path.join(outside, 'none'), file()), 'link'],
    ['a link in place of .axon', () => link(outside, axon()), 'link'],
    ['a link to nothing in place of .axon', () => link(path.join(outside, 'none'), axon()), 'link'],
    ['a file in place of .axon', () => writeFileSync(axon(), ''), 'not a folder'],
    ['a folder', () => mkdirSync(file(), { recursive: true }), 'not a file'],
    ['a pipe that nobody writes to', pipe, 'not a file'],
    ['a file too long', () => write(' '.repeat(mostPolicyBytes + 1)), '256 KB'],
    ['a file that is not UTF-8', () => write(Uint8Array.of(0x7b, 0xff, 0x7d)), 'UTF-8'],
  ])('%s', async (_name, make, message) => {
    make();
    const rules = new PolicyFile(folder);
    expect(await rules.load()).toMatchObject({ state: 'broken', message: expect.stringContaining(message) as unknown });
    rmSync(path.dirname(file()), { recursive: true, force: true });
    write('{}');
    expect(await rules.load()).toMatchObject({ state: 'text' });
  });

  it('a place that can not be looked at', async () => {
    expect(await new PolicyFile(path.join(folder, 'x'.repeat(5_000))).load()).toMatchObject({ state: 'broken', message: expect.stringContaining('ENAMETOOLONG') as unknown });
  });

  it('a file of exactly the longest length is read', async () => {
    write(' '.repeat(mostPolicyBytes));
    expect(await new PolicyFile(folder).load()).toMatchObject({ state: 'text' });
  });

  it('a link that takes the file\'s place again and again is never followed', async () => {
    writeFileSync(path.join(outside, 'p.json'), 'outside');
    const rules = new PolicyFile(folder);
    mkdirSync(path.dirname(file()));
    const spare = path.join(folder, 'spare');
    let stop = false;
    const swapping = (async () => {
      while (!stop) {
        writeFileSync(spare, 'inside');
        renameSync(spare, file());
        await (await open(folder)).close();
        symlinkSync(path.join(outside, 'p.json'), spare);
        renameSync(spare, file());
        await (await open(folder)).close();
      }
    })();
    const seen = new Set<string>();
    for (let round = 0; round < 300; round++) {
      const state = await rules.load();
      seen.add(state.state === 'text' ? state.text : state.state);
    }
    stop = true;
    await swapping;
    expect([...seen].filter((each) => each !== 'inside' && each !== 'broken' && each !== 'none')).toEqual([]);
    expect(seen.has('broken')).toBe(true);
  });
});
