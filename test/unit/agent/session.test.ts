import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Conversations } from '../../../src/agent/conversation/conversations.js';
import { agentById } from '../../../src/agent/profiles.js';
import type { SessionParts, SessionUpdate } from '../../../src/agent/session.js';
import { Session } from '../../../src/agent/session.js';
import type { Model } from '../../../src/models/model.js';
import { ask, end, FakeTools, faultOf, say, ScriptedModel, wantsCalls } from './scripted.js';

let folder: string;
let conversations: Conversations;
let problems: string[];
const open: Session[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'axon-session-'));
  problems = [];
  conversations = new Conversations(folder, (message) => problems.push(message));
});
afterEach(async () => {
  for (const session of open.splice(0)) {
    session.dispose();
    await session.idle();
  }
  await rm(folder, { recursive: true, force: true });
});

function partsOf(model: Model | undefined, more: Partial<SessionParts> = {}): SessionParts {
  return { conversations, tools: new FakeTools(), model: () => model, system: (agent) => agent.prompt, turnLimit: () => 50, onProblem: (message) => problems.push(message), ...more };
}

function begin(model: Model | undefined, more: Partial<SessionParts> = {}): { session: Session; updates: SessionUpdate[] } {
  const session = new Session(partsOf(model, more), conversations.create());
  open.push(session);
  const updates: SessionUpdate[] = [];
  session.updates.on((each) => updates.push(each));
  return { session, updates };
}

async function resume(id: string, model?: Model): Promise<Session> {
  const session = new Session(partsOf(model), await conversations.open(id));
  open.push(session);
  return session;
}

/** A model whose first answer waits until it is let go. */
function held(...turns: ConstructorParameters<typeof ScriptedModel>[0]): { model: ScriptedModel; release: () => void } {
  const model = new ScriptedModel(turns);
  const stream = model.stream.bind(model);
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => { release = resolve; });
  model.stream = async function* (request) {
    await gate;
    yield* stream(request);
  };
  return { model, release: () => release() };
}

const texts = (session: Session): string[] => session.page().items.map((each) => (each.kind === 'call' ? `${each.tool}:${each.state}` : each.text));

describe('a session', () => {
  it('runs a message, and is the same after a restart', async () => {
    const model = new ScriptedModel([[say('Reading.'), ask('read_a', { path: 'x' }), { type: 'usage', usage: { input: 100, output: 10 } }, wantsCalls], [say('Done.'), { type: 'usage', usage: { input: 200, output: 20 } }, end]]);
    model.price = { input: 1, output: 10 };
    const { session } = begin(model);
    expect(session.send('look at x\nplease')).toBe('started');
    expect(session.running).toBe(true);
    await session.idle();
    expect(session.running).toBe(false);
    expect(session.title).toBe('look at x');
    expect(session.usage).toMatchObject({ input: 300, output: 30 });
    expect(session.usage.cost).toBeCloseTo(0.0006, 10);
    expect(texts(session)).toEqual(['look at x\nplease', 'Reading.', 'read_a:done', 'Done.']);
    const again = await resume(session.id);
    expect(again.page()).toEqual(session.page());
    expect([again.title, again.usage, again.agent.id]).toEqual([session.title, session.usage, 'assistant']);
  });

  it('sends the model the whole conversation again after a restart', async () => {
    const { session } = begin(new ScriptedModel([[ask('read_a'), wantsCalls], [say('one'), end]]));
    session.send('first');
    await session.idle();
    const model = new ScriptedModel([[say('two'), end]]);
    const again = await resume(session.id, model);
    again.send('second');
    await again.idle();
    expect(model.requests[0]?.messages.map((each) => each.text)).toEqual(['first', '', 'result of read_a', 'one', 'second']);
  });

  it('goes on from a summary after a restart', async () => {
    const tools = new FakeTools(() => ({ state: 'done', text: 'z'.repeat(3_000) }));
    const model = new ScriptedModel([...Array.from({ length: 9 }, (_, n) => [ask('write', { n }), wantsCalls]), [say('the end'), end]]);
    model.contextTokens = 6_000;
    model.isLanguageModel = false;
    const { session } = begin(model, { tools });
    session.send('one');
    await session.idle();
    session.send('two');
    await session.idle();
    const next = new ScriptedModel([[say('x'), end]]);
    const again = await resume(session.id, next);
    again.send('three');
    await again.idle();
    const sent = next.requests[0]!.messages;
    expect(sent[0]?.text).toMatch(/^\[Axon shortened the conversation/);
    expect(faultOf(sent.map((message, at) => ({ id: String(at), message })))).toBeUndefined();
    expect(again.page().items.some((each) => each.kind === 'notice' && each.text.includes('was summarised'))).toBe(true);
  });

  it('has the message of the person on disk before the model is asked', async () => {
    const { session } = begin(undefined);
    const seen: string[] = [];
    const model = new ScriptedModel([[say('x'), end]]);
    const stream = model.stream.bind(model);
    model.stream = async function* (request) {
      seen.push(await readFile(path.join(folder, `${other.id}.jsonl`), 'utf8'));
      yield* stream(request);
    };
    const other = begin(model).session;
    other.send('remember me');
    await other.idle();
    expect(seen[0]).toContain('remember me');
    expect(session.isEmpty).toBe(true);
  });

  it('shows calls that were open when the window died as stopped, and tells the model', async () => {
    const { session } = begin(new ScriptedModel([[say('a'), ask('read_1'), ask('read_2'), wantsCalls], [say('b'), end]]));
    session.send('go');
    await session.idle();
    const file = path.join(folder, `${session.id}.jsonl`);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const at = lines.findIndex((line) => line.includes('"type":"call"') && line.includes('read_2'));
    await writeFile(file, `${lines.slice(0, at).join('\n')}\n`);
    const model = new ScriptedModel([[say('c'), end]]);
    const again = await resume(session.id, model);
    expect(texts(again)).toEqual(['go', 'a', 'read_1:done', 'read_2:stopped']);
    again.send('go on');
    await again.idle();
    expect(model.requests[0]?.messages.at(-2)).toMatchObject({ role: 'tool', text: 'Stopped before it had a result.', isError: true });
  });

  it('holds messages back while it runs, shows that, and sends them in order afterwards', async () => {
    const { model, release } = held([say('1'), end], [say('2'), end], [say('3'), end]);
    const { session } = begin(model);
    session.send('a');
    expect([session.send('b'), session.send('c')]).toEqual(['queued', 'queued']);
    expect(session.queued).toBe(2);
    expect(texts(session)).toContain('Sent when the agent is done (1 waiting): b');
    release();
    await session.idle();
    expect(model.requests.map((each) => each.messages.at(-1)?.text)).toEqual(['a', 'b', 'c']);
    expect(session.queued).toBe(0);
  });

  it('[P4] takes no message for an answer to an approval: it waits until the call has ended', async () => {
    let answer = (): void => undefined;
    const seen: string[] = [];
    const tools = new FakeTools(() => new Promise((resolve) => { answer = () => resolve({ state: 'rejected', text: 'denied' }); }));
    const { session } = begin(new ScriptedModel([[ask('write'), wantsCalls], [say('ok'), end], [say('later'), end]]), { tools });
    session.events.on((event) => seen.push(event.type));
    session.send('go');
    await vi.waitFor(() => { expect(tools.running).toBe(1); });
    for (const text of ['yes', 'allow', 'Allow once', 'approve all', 'y']) expect(session.send(text)).toBe('queued');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(tools.running).toBe(1);
    expect(seen.filter((each) => each === 'call')).toEqual([]);
    answer();
    await session.idle();
    expect(texts(session)).toContain('write:rejected');
  });

  it('refuses a sixth waiting message and gives it back', async () => {
    const { model, release } = held([say('x'), end]);
    const { session, updates } = begin(model);
    session.send('first');
    for (let n = 0; n < 5; n++) expect(session.send(`${n}`)).toBe('queued');
    expect(session.send('one too many')).toBe('refused');
    expect(updates.at(-1)).toEqual({ type: 'compose', text: 'one too many' });
    release();
    await session.idle();
    expect(model.requests).toHaveLength(6);
  });

  it('stops at once, and gives back what waited', async () => {
    const { session, updates } = begin(new ScriptedModel([[say('so far'), 'hang']]));
    session.send('a');
    session.send('b');
    session.send('c');
    await vi.waitFor(() => { expect(texts(session)).toContain('so far'); });
    session.stop();
    await session.idle();
    expect(updates.filter((each) => each.type === 'compose')).toEqual([{ type: 'compose', text: 'b\n\nc' }]);
    expect(session.page().items.find((each) => each.kind === 'answer')).toMatchObject({ text: 'so far', stopped: true, streaming: false });
    session.stop();
    expect(session.queued).toBe(0);
  });

  it('says so when no model is chosen, and gives the text back', () => {
    const { session, updates } = begin(undefined);
    expect(session.send('hello')).toBe('refused');
    expect(updates).toMatchObject([{ type: 'added', item: { kind: 'notice', level: 'warning' } }, { type: 'compose', text: 'hello' }]);
  });

  it('refuses blank messages without a word', () => {
    const { session, updates } = begin(new ScriptedModel([[say('x'), end]]));
    expect(session.send(' \n ')).toBe('refused');
    expect(updates).toEqual([]);
  });

  it('goes on when it cannot be saved, and says so once', async () => {
    await writeFile(path.join(folder, 'file'), '');
    const blocked = new Conversations(path.join(folder, 'file', 'below'), () => undefined);
    const session = new Session(partsOf(new ScriptedModel([[say('x'), end]])), blocked.create());
    open.push(session);
    session.send('a');
    await session.idle();
    session.send('b');
    await session.idle();
    expect(texts(session).filter((each) => each.startsWith("This conversation can't be saved"))).toHaveLength(1);
    expect(texts(session).filter((each) => each === 'x')).toHaveLength(2);
  });

  it('does not stay busy when the system prompt can not be made', async () => {
    const { session } = begin(new ScriptedModel([[say('x'), end]]), { system: () => { throw new Error('no prompt'); } });
    session.send('a');
    await session.idle();
    expect(session.running).toBe(false);
    expect(texts(session)).toContain('The agent could not be started: no prompt');
  });

  it('remembers the agent that was chosen', async () => {
    const model = new ScriptedModel([[say('x'), end]]);
    const { session } = begin(model);
    session.setAgent(agentById('reviewer'));
    session.send('a');
    await session.idle();
    expect(model.requests[0]?.system).toContain('You are Reviewer.');
    expect((await resume(session.id)).agent.id).toBe('reviewer');
  });

  it('can be renamed before and after it is on disk', async () => {
    const { session } = begin(new ScriptedModel([[say('x'), end]]));
    await session.rename('before');
    session.send('hello');
    await session.idle();
    expect((await conversations.list())[0]?.title).toBe('before');
    await session.rename('after');
    expect((await conversations.list())[0]?.title).toBe('after');
    expect((await resume(session.id)).title).toBe('after');
  });

  it('pages sixty items at a time', async () => {
    const { session } = begin(new ScriptedModel([[say('x'), end]]));
    for (let n = 0; n < 40; n++) {
      session.send(`${n}`);
      await session.idle();
    }
    const page = session.page();
    expect([page.items.length, page.earlier]).toEqual([60, 20]);
    expect(session.page(page.items[0]?.id)).toMatchObject({ earlier: 0 });
  });

  it('is told about by increments that the page can apply', async () => {
    const { session, updates } = begin(new ScriptedModel([[say('a'), say('b'), ask('read_a'), wantsCalls], [say('c'), end]]));
    session.send('go');
    await session.idle();
    const shown = new Map<string, unknown>();
    for (const each of updates) {
      if (each.type === 'added') expect(shown.has(each.item.id)).toBe(false);
      if (each.type === 'added' || each.type === 'changed') shown.set(each.item.id, each.item);
    }
    expect([...shown.values()]).toEqual(session.page().items);
  });

  it('stops when it is disposed, twice or in the middle, and takes nothing more', async () => {
    const { session } = begin(new ScriptedModel([['hang']]));
    session.send('a');
    session.dispose();
    session.dispose();
    await session.idle();
    expect(session.send('b')).toBe('refused');
    expect(problems).toEqual([]);
  });

  it('[P1] runs a call that a click asked for as a turn of its own, which the next model finds', async () => {
    const tools = new FakeTools();
    const model = new ScriptedModel([[say('Seen.'), end]]);
    const { session } = begin(model, { tools });
    expect(session.perform('Save a as b', 'write_b', { path: 'b' })).toBe('started');
    expect(session.perform('Save a as c', 'write_b', { path: 'c' })).toBe('refused');
    await session.idle();
    expect(texts(session).filter((each) => each !== '')).toEqual(['Save a as b', 'The agent is at work.', 'write_b:done', 'Done.']);
    session.send('What now?');
    await session.idle();
    expect(model.requests[0]?.messages.slice(0, 3)).toMatchObject([{ role: 'user', text: 'Save a as b' }, { role: 'assistant', calls: [{ name: 'write_b' }] }, { role: 'tool', name: 'write_b' }]);
    expect(texts(await resume(session.id)).filter((each) => each !== '' && !each.includes('at work'))).toEqual(['Save a as b', 'write_b:done', 'Done.', 'What now?', 'Seen.']);
  });
});
