import { appendFile, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conversations } from '../../../../src/agent/conversation/conversations.js';
import type { Entry } from '../../../../src/agent/conversation/entry.js';

let folder: string;
let problems: string[];
let conversations: Conversations;

beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'axon-conversations-')), 'store');
  problems = [];
  conversations = new Conversations(folder, (message) => problems.push(message));
});
afterEach(() => rm(path.dirname(folder), { recursive: true, force: true }));

const said = (n: number, text = `message ${n}`): Entry => ({ type: 'user', item: { kind: 'user', id: `user_${n}`, at: n, text } });

async function saved(title: string, entries: readonly Entry[] = [said(1)]): Promise<string> {
  const { file } = conversations.create();
  file.beginWithTitle(title);
  for (const each of entries) await file.append(each);
  await file.close();
  return file.id;
}

const fileOf = (id: string): string => path.join(folder, `${id}.jsonl`);

describe('conversations on disk', () => {
  it('leave no file until something is said, and are then readable by their owner only', async () => {
    const { file } = conversations.create();
    await expect(stat(folder)).rejects.toThrow();
    await file.append(said(1));
    expect((await stat(fileOf(file.id))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await file.close();
  });

  it('come back as they were written, and go on', async () => {
    const id = await saved('first', [said(1), said(2, 'line\nbreak \u2028 and \ud83d\ude00')]);
    const opened = await conversations.open(id);
    expect(opened.title).toBe('first');
    expect(opened.entries).toEqual([said(1), said(2, 'line\nbreak \u2028 and \ud83d\ude00')]);
    await opened.file.append(said(3));
    await opened.file.close();
    expect((await conversations.open(id)).entries).toHaveLength(3);
    expect(problems).toEqual([]);
  });

  it('keep the order of lines that are appended at the same time', async () => {
    const { file } = conversations.create();
    await Promise.all(Array.from({ length: 200 }, (_, n) => file.append(said(n))));
    await file.close();
    expect((await conversations.open(file.id)).entries.map((each) => each.type === 'user' && each.item.at)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });

  it('write nothing after they were closed, and take being closed twice', async () => {
    const { file } = conversations.create();
    await file.append(said(1));
    await file.close();
    await file.close();
    await file.append(said(2));
    expect((await conversations.open(file.id)).entries).toHaveLength(1);
  });

  it('lose only a torn last line, and go on behind the whole ones', async () => {
    const id = await saved('torn', [said(1), said(2)]);
    await appendFile(fileOf(id), '{"type":"user","item":{"kind":"us');
    const opened = await conversations.open(id);
    expect(opened.entries).toHaveLength(2);
    await opened.file.append(said(3));
    await opened.file.close();
    expect((await conversations.open(id)).entries).toEqual([said(1), said(2), said(3)]);
    expect(problems).toEqual([]);
  });

  it('survive being cut at any byte', async () => {
    const id = await saved('cut', [said(1, 'ä'), said(2), said(3)]);
    const whole = await readFile(fileOf(id));
    const header = whole.indexOf(0x0a) + 1;
    for (let length = header; length <= whole.length; length += 7) {
      await writeFile(fileOf(id), whole.subarray(0, length));
      const { entries } = await conversations.open(id);
      expect(entries).toEqual([said(1, 'ä'), said(2), said(3)].slice(0, entries.length));
    }
    expect(problems).toEqual([]);
  });

  it('keep a damaged file aside, report it, and go on with the lines that are whole', async () => {
    const id = await saved('damaged', [said(1), said(2), said(3)]);
    const lines = (await readFile(fileOf(id), 'utf8')).split('\n');
    lines[2] = '{"type":"user","item":{"kind":"user","id":7}}';
    await writeFile(fileOf(id), lines.join('\n'));
    const opened = await conversations.open(id);
    expect(opened.entries).toEqual([said(1), said(3)]);
    await opened.file.append(said(4));
    await opened.file.close();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('1 of 3 entries are left out');
    const aside = (await readdir(folder)).find((name) => name.includes('.damaged-')) ?? '';
    expect(await readFile(path.join(folder, aside), 'utf8')).toBe(lines.join('\n'));
    expect((await conversations.open(id)).entries).toEqual([said(1), said(3), said(4)]);
  });

  it('do not let a file without a header hide the others, and keep it aside', async () => {
    const good = await saved('good');
    const bad = await saved('bad');
    await writeFile(fileOf(bad), 'garbage\n');
    expect((await conversations.list()).map((each) => each.title)).toEqual(['good']);
    expect(problems).toEqual([]);
    await utimes(fileOf(bad), 1, 1);
    expect((await conversations.list()).map((each) => each.id)).toEqual([good]);
    expect(problems).toHaveLength(1);
    expect((await readdir(folder)).some((name) => name.startsWith(`${bad}.jsonl.damaged-`))).toBe(true);
    await expect(conversations.open(bad)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('refuse to open a file without a header, and keep it', async () => {
    const id = await saved('bad');
    await writeFile(fileOf(id), '\0'.repeat(500));
    await expect(conversations.open(id)).rejects.toMatchObject({ code: 'io' });
    expect((await readdir(folder)).filter((name) => name.includes('.damaged-'))).toHaveLength(1);
  });

  it('leave nothing behind when they are deleted, damaged copies neither', async () => {
    const id = await saved('damaged', [said(1), said(2)]);
    await appendFile(fileOf(id), 'no JSON\n');
    await (await conversations.open(id)).file.close();
    await conversations.rename(id, 'Renamed');
    expect((await readdir(folder)).filter((name) => name.startsWith(id))).toHaveLength(3);
    await conversations.delete(id);
    expect((await readdir(folder)).filter((name) => name.startsWith(id))).toEqual([]);
  });

  it('are listed newest first, renamed and deleted', async () => {
    const [a, b] = [await saved('a'), await saved('b')];
    await utimes(fileOf(a), 100, 100);
    await utimes(fileOf(b), 200, 200);
    expect(await conversations.list()).toEqual([{ id: b, title: 'b', updatedAt: 200_000 }, { id: a, title: 'a', updatedAt: 100_000 }]);
    await conversations.rename(a, '  new\n\u202ename  ');
    expect((await conversations.list())[1]?.title).toBe('new \\u202ename');
    expect((await conversations.open(a)).title).toBe('new \\u202ename');
    await conversations.delete(a);
    await conversations.delete(a);
    expect((await conversations.list()).map((each) => each.id)).toEqual([b]);
    expect(await readdir(folder)).toEqual([`${b}.jsonl`]);
    await expect(conversations.rename(a, 'x')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('see what another window renamed', async () => {
    const id = await saved('a');
    const other = new Conversations(folder, () => undefined);
    await conversations.rename(id, 'one');
    expect((await other.list())[0]?.title).toBe('one');
    await conversations.rename(id, 'two');
    expect((await other.list())[0]?.title).toBe('two');
  });

  it.each(['../../etc/passwd', '..', '', 'c_short', `c_${'0'.repeat(24)}/../x`, `c_${'A'.repeat(24)}`])('take no id that could name another file: %j', async (id) => {
    await expect(conversations.open(id)).rejects.toMatchObject({ code: 'not-found' });
    await expect(conversations.rename(id, 'x')).rejects.toMatchObject({ code: 'not-found' });
    await expect(conversations.delete(id)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('are listed quickly when there are a thousand, large ones among them', async () => {
    await saved('first');
    const large = JSON.stringify(said(1, 'x'.repeat(50_000)));
    for (let n = 0; n < 1_000; n++) {
      const id = `c_${n.toString(16).padStart(24, '0')}`;
      await writeFile(fileOf(id), `${JSON.stringify({ type: 'conversation', version: 1, id, createdAt: n, title: `title ${n}` })}\n${large}\n`);
    }
    const begun = performance.now();
    const rows = await conversations.list();
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(rows).toHaveLength(1_001);
    expect(await conversations.list()).toEqual(rows);
  });

  it('start on a whole line again after a write that failed', async () => {
    const { file } = conversations.create();
    await file.append(said(1));
    const circular = said(2) as { item: { text: unknown } };
    circular.item.text = circular;
    await expect(file.append(circular as Entry)).rejects.toThrow();
    await file.append(said(3));
    await file.close();
    expect((await conversations.open(file.id)).entries).toEqual([said(1), said(3)]);
  });
});
