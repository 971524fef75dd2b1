import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { axon, freshSession, say, until } from './lib/axon.js';
import { axonFolders } from './lib/scripted-model.js';

const folder = async (): Promise<string> => path.join((await axonFolders()).storage, 'conversations');
const texts = (items: readonly { kind: string }[]): readonly string[] => items.flatMap((each) => ('text' in each && typeof each.text === 'string' ? [each.text] : []));

describe('conversations', () => {
  it('lie in the storage folder of the workspace, one file each, and nowhere else', async () => {
    const parts = await freshSession();
    const { session } = parts.chat;
    await say(parts, 'help');
    const file = path.join(await folder(), `${session.id}.jsonl`);
    await until(async () => (await readFile(file, 'utf8').catch(() => '')).includes('"help"'), 'the conversation on disk');
    const { globalStorage } = await axonFolders();
    const elsewhere = (await readdir(globalStorage)).filter((each) => each !== 'audit');
    assert.deepEqual(elsewhere, []);
  });

  it('leave no file while nothing is said', async () => {
    const parts = await freshSession();
    assert.ok(parts.chat.session.isEmpty);
    assert.ok(!(await readdir(await folder())).some((each) => each.startsWith(parts.chat.session.id)));
  });

  it('are listed, opened again as they were, and go on', async () => {
    const parts = await freshSession();
    const first = parts.chat.session.id;
    await say(parts, 'help');
    const before = texts(parts.chat.session.page().items);
    await parts.chat.newSession();
    assert.notEqual(parts.chat.session.id, first);
    assert.ok((await parts.conversations.list()).some((row) => row.id === first && row.title === 'help'));

    await parts.chat.openSession(first);
    assert.deepEqual(texts(parts.chat.session.page().items), before);
    await say(parts, 'help');
    assert.equal(texts(parts.chat.session.page().items).length, 2 * before.length);
  });

  it('are renamed and deleted, the open one too', async () => {
    const parts = await freshSession();
    const { session } = parts.chat;
    await say(parts, 'help');
    await session.rename('  A better\nname  ');
    assert.equal(session.title, 'A better name');
    assert.equal((await parts.conversations.list()).find((row) => row.id === session.id)?.title, 'A better name');
    await parts.chat.newSession();
    await parts.conversations.delete(session.id);
    assert.ok(!(await parts.conversations.list()).some((row) => row.id === session.id));
    assert.ok(!(await readdir(await folder())).some((each) => each.startsWith(session.id)));
  });

  it('that can not be opened leave the open one alone', async () => {
    const parts = await axon();
    const { session } = parts.chat;
    await parts.chat.openSession('c_000000000000000000000000');
    await parts.chat.openSession('../../../etc/passwd');
    assert.equal(parts.chat.session.id, session.id);
  });
});
