import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createSandbox } from '../../../src/sandbox/create-sandbox.js';
import type { BuildRequest, Engine } from '../../../src/sandbox/engine.js';
import { contextFiles, contextHash, contextLabel } from '../../../src/sandbox/image-context.js';
import { programBytes } from '../../../src/sandbox/program.js';
import { answering, fakeEngine, forever, imageId } from './fake-engine.js';

const contextFolder = 'media/sandbox';
const never = new AbortController().signal;
const job = { language: 'python', code: 'print("hello")' } as const;
const broken = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

describe('createSandbox', () => {
  let current: Record<string, string>;
  beforeAll(async () => { current = { [contextLabel]: await contextHash(contextFolder) }; });

  const setup = (parts: Partial<Engine> = {}, labels: () => Record<string, string> | undefined = () => current) => {
    const engine = fakeEngine(labels, parts);
    const connect = vi.fn(async (): Promise<Engine> => engine);
    return { engine, connect, sandbox: createSandbox({ connect, imageName: 'i:1', contextFolder }) };
  };

  it('connects only when first used, and once', async () => {
    const { sandbox, connect, engine } = setup();
    expect(connect).not.toHaveBeenCalled();
    expect(await sandbox.run(job, { signal: never })).toMatchObject({ ended: 'exited', exitCode: 0, output: 'hello\n', cut: 0 });
    await sandbox.run(job, { signal: never });
    expect(connect).toHaveBeenCalledTimes(1);
    const program = (await programBytes(job)).toString();
    expect(engine.received).toEqual([program, program]);
    expect(engine.containers.size).toBe(0);
  });

  it.each(['create', 'attach', 'start', 'wait'] as const)('[P9] removes the container when the engine fails at %s', async (part) => {
    const removed = vi.fn(async () => undefined);
    const { sandbox } = setup({ [part]: async () => { throw broken(); }, remove: removed });
    await expect(sandbox.run(job, { signal: never })).rejects.toMatchObject({ code: 'unavailable', message: 'The Docker engine could not be reached (the connection broke) while running the code.' });
    expect(removed).toHaveBeenCalledTimes(1);
  });

  it.each(['attach', 'start', 'wait'] as const)('[P9] ends at once when cancelled while the engine hangs at %s', async (part) => {
    const { sandbox, engine } = setup({ [part]: () => forever });
    const stop = new AbortController();
    const running = sandbox.run(job, { signal: stop.signal });
    const ended = expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await sleep(30);
    stop.abort();
    await ended;
    expect(engine.containers.size).toBe(0);
  });

  it('ends at once when cancelled while no engine answers', async () => {
    const sandbox = createSandbox({ connect: () => forever, imageName: 'i:1', contextFolder });
    const stop = new AbortController();
    const ended = expect(sandbox.run(job, { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
    await sleep(10);
    stop.abort();
    await ended;
  });

  it('[P9] removes a container whose making was answered after the cancel', async () => {
    const made = Promise.withResolvers<undefined>();
    const { sandbox, engine } = setup({ create: async (name) => { await made.promise; engine.containers.add(name); } });
    const stop = new AbortController();
    const ended = expect(sandbox.run(job, { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
    await sleep(30);
    stop.abort();
    await sleep(30);
    made.resolve(undefined);
    await ended;
    expect(engine.containers.size).toBe(0);
  });

  it('[P9] tries again later to remove what could not be removed', async () => {
    let down = true;
    const { sandbox, engine } = setup({ remove: async (name) => { if (down) throw broken(); engine.containers.delete(name); } });
    expect((await sandbox.run(job, { signal: never })).ended).toBe('exited');
    expect(engine.containers.size).toBe(1);
    down = false;
    await sandbox.status();
    expect(engine.containers.size).toBe(0);
  });

  it('looks for the engine once more when the one it knew is gone', async () => {
    let lost = false;
    const { sandbox, connect } = setup({ image: async () => { if (lost) { lost = false; throw broken(); } return { id: imageId, labels: current, architecture: '', bytes: 1, createdAt: '' }; } });
    await sandbox.run(job, { signal: never });
    lost = true;
    expect(await sandbox.status()).toMatchObject({ state: 'ready', engine: 'Fake 1.0', image: 'i:1', runtime: 'the engine’s own runtime', notes: [] });
    expect(connect).toHaveBeenCalledTimes(2);
  });

  it('says that the image is missing, or of another version, and how to build it', async () => {
    for (const labels of [undefined, {}, { [contextLabel]: 'older' }]) {
      const { sandbox, engine } = setup({}, () => labels);
      expect(await sandbox.status()).toMatchObject({ state: 'no-image' });
      await expect(sandbox.run(job, { signal: never })).rejects.toMatchObject({ code: 'unavailable', next: 'Run “Axon: Build Sandbox Image”, then try again.' });
      expect(engine.received).toEqual([]);
    }
  });

  it('[P9] runs nothing on an engine that would leave a limit out', async () => {
    const { sandbox, engine } = setup({ facts: async () => ({ MemoryLimit: true, CpuCfsQuota: true, PidsLimit: true, SecurityOptions: ['name=seccomp'] }) });
    await expect(sandbox.run(job, { signal: never })).rejects.toMatchObject({ code: 'unavailable', message: 'Fake 1.0 can\'t limit swap, so code is not run in it.' });
    expect(await sandbox.status()).toMatchObject({ state: 'no-engine' });
    expect(engine.received).toEqual([]);
  });

  it('[P9] tells a lack of memory from other ends, also when the engine notices late', async () => {
    const ending = (code: number) => ({ attach: async () => answering(`end ${code} -\n`) });
    const asked = vi.fn().mockResolvedValueOnce(false).mockResolvedValue(true);
    expect(await setup({ ...ending(137), ranOutOfMemory: asked }).sandbox.run(job, { signal: never })).toMatchObject({ ended: 'out-of-memory', exitCode: 137 });
    expect(await setup(ending(137)).sandbox.run(job, { signal: never })).toMatchObject({ ended: 'killed', exitCode: 137, reason: 'a kill signal ended it' });
    expect(await setup(ending(139)).sandbox.run(job, { signal: never })).toMatchObject({ ended: 'exited', exitCode: 139 });
    const silent = { attach: async () => answering('') };
    expect(await setup({ ...silent, wait: async () => 137, ranOutOfMemory: async () => true }).sandbox.run(job, { signal: never })).toMatchObject({ ended: 'out-of-memory', exitCode: 137 });
  });

  it('[P9] takes no exit code for the program’s own that nobody told', async () => {
    // A program can bring about each of them, and so can a container in which it never began.
    for (const code of [0, 2, 125, 143]) {
      const reason = `the shell that watches it did not tell how it ended; its container did with exit code ${code}`;
      expect(await setup({ attach: async () => answering(''), wait: async () => code }).sandbox.run(job, { signal: never })).toMatchObject({ ended: 'killed', exitCode: null, reason });
    }
  });

  it('[P9] keeps what the shell told when the engine can’t be asked about memory any more', async () => {
    const lost = { ranOutOfMemory: async () => Promise.reject(broken()) };
    const told = async (report: string) => setup({ ...lost, attach: async () => answering(report) }).sandbox.run(job, { signal: never });
    expect(await told('end 3 5\n')).toMatchObject({ ended: 'exited', exitCode: 3, output: 'hello\n' });
    expect(await told(`end 137 ${256 * 1024 * 1024}\n`)).toMatchObject({ ended: 'out-of-memory', exitCode: 137 });
    await expect(setup({ ...lost, attach: async () => answering(''), wait: async () => 137 }).sandbox.run(job, { signal: never })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('[P9] [P19] waits for nobody who sends more results than are taken, or a report that makes no sense', async () => {
    const results = `end 0 5\n${'x'.repeat(45_000_000)}`;
    const begun = performance.now();
    expect(await setup({ attach: async () => answering(results), wait: async () => forever }).sandbox.run(job, { signal: never })).toMatchObject({ ended: 'exited', exitCode: 0, peakMemory: 5, leftOut: expect.arrayContaining([{ name: 'the rest', reason: 'there is more than 20 MB in all' }]) as unknown });
    expect(await setup({ attach: async () => answering('sh: not found\n'), wait: async () => forever }).sandbox.run(job, { signal: never })).toMatchObject({ ended: 'killed', exitCode: null, reason: 'what its container told of its end makes no sense' });
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('builds with the host’s network only where the engine has none of its own', async () => {
    const requests: BuildRequest[] = [];
    const build = async (request: BuildRequest) => { requests.push(request); return Readable.from(['{"stream":"Step 1/1"}\n{"stre', 'am":"\\u001b[31mred\\u001b[0m \\u202e\\n"}\n']); };
    const lines: string[] = [];
    await setup({ build }).sandbox.build({ signal: never, onProgress: (line) => lines.push(line) });
    await setup({ build, hasBridge: async () => false }).sandbox.build({ signal: never });
    expect(requests.map((each) => each.network)).toEqual([undefined, 'host']);
    expect(requests[0]).toMatchObject({ image: 'i:1', files: [...contextFiles], labels: current });
    expect(lines).toEqual(['Step 1/1', 'red \\u202e']);
  });

  it('tells a build that broke off from one that is done', async () => {
    const { sandbox } = setup({ build: async () => Readable.from(['{"stream":"Step 1/9"}\n']) }, () => undefined);
    await expect(sandbox.build({ signal: never })).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('without an image') as string });
    const failing = setup({ build: async () => Readable.from(['{"error":"no space left"}\n']) }).sandbox;
    await expect(failing.build({ signal: never })).rejects.toMatchObject({ code: 'io', message: 'The sandbox image could not be built: no space left.' });
  });

  it('can be disposed before it was used, and twice', async () => {
    const { sandbox, connect } = setup();
    await sandbox.dispose();
    await sandbox.dispose();
    await expect(sandbox.run(job, { signal: never })).rejects.toMatchObject({ code: 'unavailable' });
    expect(connect).not.toHaveBeenCalled();
  });
});
