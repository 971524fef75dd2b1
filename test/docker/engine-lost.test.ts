import { execFile } from 'node:child_process';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPrivateEngine } from '../../scripts/lib/docker-engine.mjs';
import type { AxonError } from '../../src/errors.js';
import { createSandbox } from '../../src/sandbox/create-sandbox.js';
import { copyImage } from './lib/copy-image.js';
import { connectTo, contextFolder, imageName, never, openSandbox } from './lib/open-sandbox.js';

const run = promisify(execFile);
const canStartOne = process.platform === 'linux' && process.getuid?.() === 0 && (await access('/usr/sbin/dockerd').then(() => true, () => false));

describe('without an engine', () => {
  it('tells that none answers, what was tried and what to do', async () => {
    const sandbox = createSandbox({ connect: () => connectTo('unix:///nonexistent/docker.sock'), imageName, contextFolder });
    expect(await sandbox.status()).toMatchObject({ state: 'no-engine', reason: expect.stringContaining('unix:///nonexistent/docker.sock (DOCKER_HOST): its socket does not exist') as string });
    await expect(sandbox.run({ language: 'python', code: '1' }, { signal: never })).rejects.toMatchObject({ code: 'unavailable', next: expect.stringContaining('Start Docker') as string });
    await sandbox.dispose();
  });
});

// Only on an engine of its own: it is killed.
describe.runIf(canStartOne)('when the engine dies', () => {
  let folder: string;
  let engine: Awaited<ReturnType<typeof startPrivateEngine>>;
  const pidOf = async () => Number(await readFile(path.join(folder, 'pid'), 'utf8'));

  beforeAll(async () => {
    const box = await openSandbox(); // Its image is copied, to save building it again.
    folder = await mkdtemp(path.join(os.tmpdir(), 'axon-eng-'));
    engine = await startPrivateEngine({ folder });
    await copyImage(box.host, engine.host);
    await box.close();
  });

  afterAll(async () => {
    await engine.stop();
    // An engine that was killed leaves its mounts.
    const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '').filter((each) => each.startsWith(`${folder}/`));
    for (const mount of mounts.reverse()) await run('umount', ['-l', mount]);
    await rm(folder, { recursive: true, force: true });
  });

  it('[P9] tells so, ends the run, and works again with the next engine, without what was left', async () => {
    const connect = () => connectTo(engine.host);
    const sandbox = createSandbox({ connect, imageName, contextFolder });
    expect((await sandbox.run({ language: 'python', code: 'print(1)' }, { signal: never })).output).toBe('1\n');
    const running = sandbox.run({ language: 'python', code: 'import time; time.sleep(50)' }, { signal: never });
    const failure = running.then(() => undefined, (error: unknown) => error);
    await sleep(2000);
    process.kill(await pidOf(), 'SIGKILL');
    const killed = Date.now();
    expect(await failure).toMatchObject({ name: 'AxonError', code: 'unavailable', message: expect.stringContaining('while running the code') as string, next: expect.stringContaining('Start Docker') as string });
    expect(Date.now() - killed).toBeLessThan(5000);
    expect(await sandbox.status()).toMatchObject({ state: 'no-engine' });

    const next = await startPrivateEngine({ folder });
    expect(await sandbox.status()).toMatchObject({ state: 'ready' });
    expect((await sandbox.run({ language: 'python', code: 'print(2)' }, { signal: never })).output).toBe('2\n');
    expect((await run('docker', ['-H', engine.host, 'ps', '-aq'])).stdout).toBe('');
    await sandbox.dispose();
    await next.stop();
  });

  it('[P9] ends a run on an engine that is shut down in order', async () => {
    engine = await startPrivateEngine({ folder });
    const sandbox = createSandbox({ connect: () => connectTo(engine.host), imageName, contextFolder });
    const ended = sandbox.run({ language: 'python', code: 'import time; time.sleep(50)' }, { signal: never }).then((result) => result.ended, (error: unknown) => (error as AxonError).code);
    await sleep(2000);
    process.kill(await pidOf(), 'SIGTERM');
    expect(['unavailable', 'killed']).toContain(await ended);
    await sandbox.dispose();
  });
});
