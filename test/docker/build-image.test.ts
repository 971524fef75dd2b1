import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AxonError } from '../../src/errors.js';
import { createSandbox } from '../../src/sandbox/create-sandbox.js';
import { connectTo, contextFolder, never, openSandbox, type OpenSandbox } from './lib/open-sandbox.js';

const run = promisify(execFile);

describe('building the sandbox image, on a real engine', () => {
  let box: OpenSandbox;
  let folder: string;
  beforeAll(async () => {
    box = await openSandbox();
    folder = await mkdtemp(path.join(os.tmpdir(), 'axon-context-'));
    await cp(contextFolder, folder, { recursive: true });
  });
  afterAll(async () => {
    await run('docker', ['-H', box.host, 'rmi', '-f', 'axon-sandbox:test-build']);
    await rm(folder, { recursive: true, force: true });
    await box.close();
  });

  const sandboxOf = (imageName: string) => createSandbox({ connect: () => connectTo(box.host), imageName, contextFolder: folder });
  /** A context that builds at once, from a base that is there. */
  const dockerfile = (...lines: string[]) => writeFile(path.join(folder, 'Dockerfile'), ['FROM debian:bookworm-slim', ...lines, ''].join('\n'));

  it('tells the lines of the build, and is ready afterwards', async () => {
    const word = `made at ${Date.now()}`; // A step that was built before is taken from the engine's cache and prints nothing.
    await dockerfile(`RUN echo "${word}"`);
    const sandbox = sandboxOf('axon-sandbox:test-build');
    expect(await sandbox.status()).toMatchObject({ state: 'no-image', image: 'axon-sandbox:test-build' });
    const lines: string[] = [];
    await sandbox.build({ signal: never, onProgress: (line) => lines.push(line) });
    expect(lines).toContain(word);
    expect(lines[0]).toMatch(/^Step 1\/\d+ : FROM debian:bookworm-slim$/);
    expect(await sandbox.status()).toMatchObject({ state: 'ready', engine: expect.stringContaining(box.host) as string });
    await sandbox.dispose();
  });

  it('takes an image that was built from other files for none', async () => {
    await dockerfile('RUN echo other');
    const sandbox = sandboxOf('axon-sandbox:test-build');
    expect(await sandbox.status()).toMatchObject({ state: 'no-image' });
    await expect(sandbox.run({ language: 'python', code: '1' }, { signal: never })).rejects.toMatchObject({ code: 'unavailable', next: expect.stringContaining('Axon: Build Sandbox Image') as string });
    await sandbox.dispose();
  });

  it('tells why a build failed, and leaves no image', async () => {
    await dockerfile('RUN echo "no such thing" && exit 7');
    const sandbox = sandboxOf('axon-sandbox:test-broken');
    await expect(sandbox.build({ signal: never })).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('returned a non-zero code: 7') as string });
    expect(await sandbox.status()).toMatchObject({ state: 'no-image' });
    await sandbox.dispose();
  });

  it('stops building when it is cancelled, and refuses a second build at the same time', async () => {
    await dockerfile('RUN sleep 61');
    const sandbox = sandboxOf('axon-sandbox:test-slow');
    const stop = new AbortController();
    const building = sandbox.build({ signal: stop.signal });
    const ended = building.then(() => 'built', (error: unknown) => (error as AxonError).code);
    await sleep(1500);
    await expect(sandbox.build({ signal: never })).rejects.toMatchObject({ code: 'conflict' });
    stop.abort();
    expect(await ended).toBe('cancelled');
    // The engine has stopped too: the container of the step is gone.
    await expect.poll(async () => (await run('docker', ['-H', box.host, 'ps', '--no-trunc', '--format', '{{.Command}}'])).stdout, { timeout: 15_000 }).not.toContain('sleep 61');
    expect(await sandbox.status()).toMatchObject({ state: 'no-image' });
    await sandbox.dispose();
  });
});
