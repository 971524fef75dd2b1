/**
 * What the loop adds to the time until the first token: from `send` to the first text that the page is told, with the
 * message of the person saved on disk before the model is asked, next to reading the same stream bare. A new conversation
 * each time, and one that holds a thousand messages.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { claim, median } from './lib/claim.mjs';
import { loadSource } from './lib/load-source.mjs';

const rounds = 200;
const { Session } = await loadSource('src/agent/session.ts');
const { Conversations } = await loadSource('src/agent/conversation/conversations.ts');

/** Answers after a round through the event loop, as a socket does. */
const model = {
  id: 'bench', label: 'Bench', provider: 'this process', isLanguageModel: true, contextTokens: 1_000_000,
  async *stream() {
    await new Promise((resolve) => setImmediate(resolve));
    yield { type: 'text', text: 'first' };
    yield { type: 'stop', reason: 'end' };
  },
};
const tools = { toolsFor: () => [], isParallelSafe: () => false, callTool: () => Promise.reject(new Error('no calls here')) };
const parts = (conversations) => ({ conversations, tools, model: () => model, system: () => 'You are Axon.', turnLimit: () => 50, onProblem: (message) => { throw new Error(message); } });

async function bare() {
  const begun = performance.now();
  for await (const event of model.stream()) if (event.type === 'text') return performance.now() - begun;
  throw new Error('no text came');
}

async function throughLoop(session) {
  const begun = performance.now();
  const first = new Promise((resolve) => {
    const listening = session.updates.on((each) => {
      if (each.type !== 'appended') return;
      listening.dispose();
      resolve(performance.now() - begun);
    });
  });
  session.send('hello');
  const time = await first;
  await session.idle();
  return time;
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'axon-bench-loop-'));
try {
  const conversations = new Conversations(folder, (message) => { throw new Error(message); });
  const long = new Session(parts(conversations), conversations.create());
  for (let n = 0; n < 500; n++) await throughLoop(long);
  const times = { bare: [], fresh: [], long: [] };
  for (let n = 0; n < rounds; n++) {
    times.bare.push(await bare());
    const session = new Session(parts(conversations), conversations.create());
    times.fresh.push(await throughLoop(session));
    session.dispose();
    times.long.push(await throughLoop(long));
  }
  long.dispose();
  await long.idle();
  const peer = { name: 'bare-stream', value: median(times.bare) };
  claim({ name: 'first-token-new-conversation', ours: median(times.fresh), unit: 'ms', peer, aim: { difference: 5 } });
  claim({ name: 'first-token-1000-messages', ours: median(times.long), unit: 'ms', peer, aim: { difference: 5 } });
} finally {
  await rm(folder, { recursive: true, force: true });
}
