import { describe, expect, it } from 'vitest';
import { currentOwner, ownerText } from '../../../src/sandbox/owner.js';
import { createSandbox } from '../../../src/sandbox/create-sandbox.js';
import { contextHash, contextLabel } from '../../../src/sandbox/image-context.js';
import { fakeEngine } from './fake-engine.js';

describe('what is left behind on an engine', () => {
  /** Names of the containers that are there after a first look at an engine whose clock is so far from this one. */
  const after = async (clockOffset: number, containers: Readonly<Record<string, { readonly label: string; readonly age: number }>>) => {
    const label = await contextHash('media/sandbox');
    const now = Date.now() + clockOffset;
    const left = new Set(Object.keys(containers));
    const plain = fakeEngine(() => ({ [contextLabel]: label }));
    const engine = fakeEngine(() => ({ [contextLabel]: label }), {
      facts: async () => ({ ...(await plain.facts()), SystemTime: new Date(now).toISOString() }),
      labelled: async () => Object.entries(containers).map(([name, { label: owner, age }]) => ({ name, label: owner, createdAt: now - age })),
      remove: async (name) => void left.delete(name),
    });
    const sandbox = createSandbox({ connect: async () => engine, imageName: 'i:1', contextFolder: 'media/sandbox' });
    await sandbox.status();
    await sandbox.dispose();
    return [...left].sort();
  };

  it.each([0, 3_600_000, -3_600_000])('[P9] is judged by the engine’s clock, which may be %d ms off', async (offset) => {
    const me = await currentOwner();
    const others = { ...me, machine: '0123456789abcdef' };
    const containers = {
      'mine, from a process that is no more': { label: ownerText({ ...me, pid: me.pid, start: '1' }), age: 5000 },
      'mine, at work': { label: ownerText(me), age: 5000 },
      'of another machine, at work': { label: ownerText(others), age: 50_000 },
      'of another machine, and too old for any run': { label: ownerText(others), age: 17 * 60_000 },
    };
    expect(await after(offset, containers)).toEqual(['mine, at work', 'of another machine, at work']);
  });
});
