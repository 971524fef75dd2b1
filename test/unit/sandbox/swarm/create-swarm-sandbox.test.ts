import { beforeAll, describe, expect, it, vi } from 'vitest';
import { contextHash, contextLabel } from '../../../../src/sandbox/image-context.js';
import type { ServiceSpec } from '../../../../src/sandbox/swarm/service-spec.js';
import { createSwarmSandbox, type SwarmSandboxOptions } from '../../../../src/sandbox/swarm/create-swarm-sandbox.js';
import type { SwarmCapable, SwarmEngine } from '../../../../src/sandbox/swarm/swarm-engine.js';
import { unheldLimits } from '../../../../src/sandbox/swarm/unheld-limits.js';
import { fakeEngine, imageId } from '../fake-engine.js';
import { fakeSwarm } from './fake-swarm.js';

const contextFolder = 'media/sandbox';
const never = new AbortController().signal;
const job = { language: 'python', code: 'print("hello")' } as const;
const all = unheldLimits({ isManager: true, apiVersion: '1.41' }, []).map(({ name }) => name);
const broken = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

describe('createSwarmSandbox', () => {
  let current: Record<string, string>;
  beforeAll(async () => { current = { [contextLabel]: await contextHash(contextFolder) }; });

  const setup = (parts: Partial<SwarmEngine> = {}, options: Partial<SwarmSandboxOptions> = {}, labels = () => current) => {
    const swarm = fakeSwarm(parts);
    const disposed = vi.fn(async () => undefined);
    const connect = vi.fn(async (): Promise<SwarmCapable> => ({ ...fakeEngine(labels, { dispose: disposed }), swarm }));
    return { swarm, connect, disposed, sandbox: createSwarmSandbox({ connect, imageName: 'i:1', contextFolder, acceptMissing: all, ...options }) };
  };
  const refusal = (given: ReturnType<typeof setup>) => given.sandbox.run(job, { signal: never }).then(() => undefined, (error: unknown) => error);

  it('connects only when first used, and once, and runs on a node', async () => {
    const { sandbox, connect } = setup();
    sandbox.prepare('python');
    expect(connect).not.toHaveBeenCalled();
    expect(await sandbox.run(job, { signal: never })).toMatchObject({ ended: 'exited', exitCode: 0, output: 'hello\n' });
    expect(await sandbox.status()).toMatchObject({ state: 'ready', notes: expect.arrayContaining(['1 of 1 nodes are ready.', 'The last run was on node node-one n1.']) as string[] });
    expect(connect).toHaveBeenCalledTimes(1);
  });

  it('[P18] runs the image by its digest, so that no node looks for the name', async () => {
    const images: string[] = [];
    const createService = async ({ TaskTemplate }: ServiceSpec) => void images.push(TaskTemplate.ContainerSpec.Image);
    const tasks = async () => [{ ID: 't', NodeID: 'n1', DesiredState: 'shutdown', Status: { State: 'complete' } }];
    const inRegistry = `registry.example/axon@sha256:${'2'.repeat(64)}`;
    for (const imageName of ['axon-sandbox:1', imageId, inRegistry]) await setup({ createService, tasks }, { imageName }).sandbox.run(job, { signal: never });
    expect(images).toEqual([imageId, imageId, inRegistry]);
  });

  it('[P18] makes nothing on an engine that is no manager, nor until every limit is accepted, nor with a runtime it can’t ask for', async () => {
    for (const given of [
      setup({ about: async () => ({ isManager: false, apiVersion: '1.41' }) }),
      setup({}, { acceptMissing: [] }),
      setup({}, { acceptMissing: ['*'] }),
      setup({}, { acceptMissing: all.slice(1) }),
      setup({}, { runtime: 'runsc' }),
    ]) {
      expect(await refusal(given)).toMatchObject({ code: 'unavailable' });
      expect(await given.sandbox.status()).toMatchObject({ state: 'no-engine' });
      expect(given.swarm.made).toEqual([]);
      expect(given.disposed).toHaveBeenCalledTimes(2);
    }
  });

  it('[P18] runs no image that nobody accepted, or of another version', async () => {
    const unknown = setup({}, { pins: { get: () => undefined, set: async () => undefined } });
    expect(await refusal(unknown)).toMatchObject({ code: 'unavailable', message: expect.stringContaining('Nobody accepted') as string });
    const older = setup({}, {}, () => ({ [contextLabel]: 'older' }));
    expect(await refusal(older)).toMatchObject({ code: 'unavailable', message: expect.stringContaining('i:1') as string });
    expect([...unknown.swarm.made, ...older.swarm.made]).toEqual([]);
  });

  it('[P18] tries again later to remove what could not be removed', async () => {
    let isDown = true;
    const given = setup({ remove: async (name) => { if (isDown) throw broken(); given.swarm.there.delete(name); } });
    expect((await given.sandbox.run(job, { signal: never })).ended).toBe('exited');
    expect(given.swarm.there.size).toBe(1);
    isDown = false;
    await given.sandbox.status();
    expect(given.swarm.there.size).toBe(0);
  });

  it('looks for the manager once more when the one it knew is gone', async () => {
    let isLost = false;
    const labels = () => { if (isLost) { isLost = false; throw broken(); } return current; };
    const { sandbox, connect } = setup({}, {}, labels);
    await sandbox.run(job, { signal: never });
    isLost = true;
    expect(await sandbox.status()).toMatchObject({ state: 'ready' });
    expect(connect).toHaveBeenCalledTimes(2);
  });

  it('can be disposed before it was used, and twice', async () => {
    const { sandbox, connect } = setup();
    await sandbox.dispose();
    await sandbox.dispose();
    await expect(sandbox.run(job, { signal: never })).rejects.toMatchObject({ code: 'unavailable' });
    expect(connect).not.toHaveBeenCalled();
  });
});
