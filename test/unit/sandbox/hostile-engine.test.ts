import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bounded } from '../../../src/sandbox/connection/bounded.js';
import { createSandbox } from '../../../src/sandbox/create-sandbox.js';
import { connectDocker } from '../../../src/sandbox/docker-engine.js';
import type { Engine } from '../../../src/sandbox/engine.js';

type Answers = (path: string, answer: http.ServerResponse) => void;

describe('an engine that lies or stalls', () => {
  let folder: string;
  let server: http.Server;
  beforeEach(async () => { folder = await mkdtemp(path.join(os.tmpdir(), 'axon-liar-')); });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  const connect = async (answers: Answers): Promise<Engine> => {
    server = http.createServer((asked, answer) => { answers((asked.url ?? '').replace(/^\/v[\d.]+/, ''), answer); });
    const socket = path.join(folder, 'socket');
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    return connectDocker({ env: { DOCKER_HOST: `unix://${socket}` }, home: folder, platform: process.platform });
  };
  const json = (answer: http.ServerResponse, value: unknown, status = 200) => {
    answer.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  };
  const status = async (answers: Answers) => {
    const engine = await connect(answers);
    const sandbox = createSandbox({ connect: async () => engine, imageName: 'i:1', contextFolder: 'media/sandbox' });
    const told = await sandbox.status();
    await sandbox.dispose();
    return told;
  };

  it('[P17] can’t send this machine to another address', async () => {
    const asked: string[] = [];
    const other = http.createServer((request, answer) => {
      asked.push(request.url ?? '');
      answer.end('{}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as net.AddressInfo;
    await expect(connect((_path, answer) => answer.writeHead(301, { Location: `http://127.0.0.1:${port}/latest/meta-data` }).end())).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('redirects') as string });
    expect(asked).toEqual([]);
    other.close();
  });

  it('hides nothing in its names and reasons', async () => {
    const told = await status((at, answer) => { json(answer, at === '/version' ? { Version: '1\u202e\u001b[2J' } : { message: 'no\u202eway' }, at === '/version' ? 200 : 500); });
    expect(told).toEqual({ state: 'no-engine', reason: String.raw`The Docker engine refused while asking for the sandbox: no\u202eway` });
  });

  it.each([
    ['nothing', {}],
    ['null', { Runtimes: null, SecurityOptions: null, MemoryLimit: null }],
    ['words for numbers', { MemoryLimit: 'true', SwapLimit: 1, CpuCfsQuota: 'yes', PidsLimit: {}, SecurityOptions: ['name=seccomp,profile=default'] }],
  ])('[P9] [P17] runs nothing where it tells %s of its limits', async (_what, facts) => {
    const told = await status((at, answer) => { json(answer, at === '/version' ? {} : facts); });
    expect(told).toMatchObject({ state: 'no-engine', reason: expect.stringContaining('can\'t limit memory, swap, processor time, number of processes') as string });
  });

  it('harms nobody when it breaks off right after a container was attached to', async () => {
    const engine = await connect((at, answer) => { json(answer, at === '/version' ? {} : { message: 'no' }, at === '/version' ? 200 : 404); });
    await expect(engine.attach('x')).rejects.toMatchObject({ statusCode: 404, json: { message: 'no' } });
    server.on('upgrade', (_asked, socket) => {
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst', () => setTimeout(() => socket.destroy(), 20));
    });
    const stream = await engine.attach('x');
    await sleep(50);
    // Nobody listens for its errors.
    stream.write('a');
    await new Promise((resolve) => stream.once('close', resolve));
    expect(stream.errored).toMatchObject({ code: 'EPIPE' });
    await engine.dispose();
  });

  it('[P17] is cut off when it sends without end', async () => {
    server = http.createServer();
    const flood = net.createServer((socket) => {
      socket.on('error', () => undefined);
      const pour = (): void => { while (!socket.destroyed && socket.write(Buffer.alloc(1 << 16))); };
      socket.on('drain', pour);
      pour();
    });
    await new Promise<void>((resolve) => flood.listen(0, '127.0.0.1', resolve));
    const socket = bounded(net.connect({ host: '127.0.0.1', port: (flood.address() as net.AddressInfo).port }), 1 << 20);
    const error = await new Promise((resolve) => socket.on('data', () => undefined).once('error', resolve));
    expect(error).toMatchObject({ message: 'the engine sent more than any answer has' });
    flood.close();
  });
});
