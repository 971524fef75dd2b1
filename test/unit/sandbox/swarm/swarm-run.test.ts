import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { SandboxJob } from '../../../../src/ports/sandbox.js';
import type { SwarmEngine } from '../../../../src/sandbox/swarm/swarm-engine.js';
import { runOnSwarm } from '../../../../src/sandbox/swarm/swarm-run.js';
import { forever, frame } from '../fake-engine.js';
import { fakeSwarm, task } from './fake-swarm.js';

const never = new AbortController().signal;
const job: SandboxJob = { language: 'python', code: 'print("hello")' };
const broken = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

function setup(parts: Partial<SwarmEngine> = {}) {
  const swarm = fakeSwarm(parts);
  const leftovers: string[] = [];
  const nodes: string[] = [];
  const options = { swarm, name: 'run-1', image: { id: 'sha256:1', architecture: 'amd64' }, owner: 'me', noNewPrivileges: false, onNode: (node: string) => nodes.push(node), onLeftover: (name: string) => leftovers.push(name) };
  const run = (given: Partial<SandboxJob> = {}, signal = never) => runOnSwarm(options, { ...job, ...given }, signal);
  return { swarm, leftovers, nodes, run };
}

describe('runOnSwarm', () => {
  it('runs a job once, tells on which node, and leaves nothing', async () => {
    const { swarm, nodes, run } = setup();
    expect(await run()).toMatchObject({ ended: 'exited', exitCode: 0, output: 'hello\n', cut: 0, peakMemory: 4096, files: [], leftOut: [] });
    expect(nodes).toEqual(['node node-one n1']);
    expect(swarm.made).toEqual(['network', 'secret', 'service']);
    expect([...swarm.there]).toEqual([]);
  });

  it.each(['createNetwork', 'createSecret', 'createService'] as const)('[P18] removes all of it when the manager fails at %s', async (part) => {
    const { swarm, run } = setup({ [part]: async () => { throw broken(); } });
    await expect(run()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect([...swarm.there]).toEqual([]);
  });

  it('[P18] ends when cancelled while the manager hangs', async () => {
    await Promise.all((['createNetwork', 'createSecret', 'createService'] as const).map(async (part) => {
      const { run } = setup({ [part]: () => forever });
      const stop = new AbortController();
      const ended = expect(run({}, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
      await sleep(30);
      stop.abort();
      await ended;
    }));
  });

  it('[P18] makes nothing more once it is cancelled, and removes what was answered late', async () => {
    const made = Promise.withResolvers<undefined>();
    const { swarm, run } = setup({ createNetwork: async ({ Name }) => { await made.promise; swarm.there.add(Name); return 'id'; } });
    const stop = new AbortController();
    const ended = expect(run({}, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
    await sleep(20);
    stop.abort();
    await sleep(20);
    made.resolve(undefined);
    await ended;
    expect(swarm.made).toEqual([]);
    expect([...swarm.there]).toEqual([]);
  });

  it('[P18] waits for the end of what it removes, and names what it can’t remove', async () => {
    const states = ['running', 'running', 'shutdown'];
    const stop = new AbortController();
    const { run } = setup({ tasks: async () => [task('running')], task: async () => task(states.shift() ?? 'of no use', {}, 'remove') });
    const ended = expect(run({}, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
    await sleep(150);
    stop.abort();
    await ended;
    expect(states).toEqual([]);

    const stuck = setup({ remove: async () => { throw broken(); } });
    expect((await stuck.run()).ended).toBe('exited');
    expect(stuck.leftovers).toEqual(['run-1']);
  });

  it('says plainly what a swarm refuses, and what to do', async () => {
    await expect(setup().run({ code: `#${'x'.repeat(512_000)}` })).rejects.toMatchObject({ code: 'too-large', message: expect.stringContaining('511999 bytes') as string });
    await expect(setup({ tasks: async () => [task('rejected', { Err: 'No such image: sha256:1' }, 'shutdown')] }).run()).rejects.toMatchObject({ code: 'unavailable', message: 'The node node-one n1 of the swarm does not have the sandbox image.' });
    await expect(setup({ tasks: async () => [task('failed', { Err: 'starting container failed: no space left' }, 'shutdown')] }).run()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('no space left') as string });
  });

  it('[P18] runs nothing on a node that doesn’t hold a limit', async () => {
    const logs = async (_service: string, { stderr }: { stderr: boolean }) => Readable.from(stderr ? [frame('refused memory\n', 2)] : []);
    await expect(setup({ logs, tasks: async () => [task('failed', { Err: 'task: non-zero exit (126)', ContainerStatus: { ExitCode: 126 } }, 'shutdown')] }).run()).rejects.toMatchObject({
      code: 'unavailable', message: 'The node node-one n1 of the swarm doesn’t hold the memory limit, so nothing was run there.',
    });
  });

  it('[P18] ends with a reason when its node is lost, its service is removed, or a second task appears', async () => {
    const lost = (next: readonly ReturnType<typeof task>[]) => {
      let asked = 0;
      return setup({ logs: async () => Readable.from([]), tasks: async () => (asked++ === 0 ? [task('running')] : next), task: async () => undefined }).run();
    };
    expect(await lost([task('running', {}, 'shutdown')])).toMatchObject({ ended: 'killed', exitCode: null, reason: 'its node went down, or was taken out of service (node node-one n1)' });
    expect(await lost([])).toMatchObject({ ended: 'killed', reason: 'its service was removed from outside (node node-one n1)' });
    expect(await lost([task('running'), task('pending')])).toMatchObject({ ended: 'killed', reason: expect.stringContaining('a second time') as string });
  });

  it('says so when it ran and its output can’t be read', async () => {
    await expect(setup({ logs: async () => { throw broken(); } }).run()).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('node-one') as string });
  });
});
