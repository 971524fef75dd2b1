import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createDial } from '../../../src/http/dial.js';

const dial = createDial();
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    onSocket(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}
const signal = () => new AbortController().signal;

describe('dialing', () => {
  it('connects to the address that is given', async () => {
    const port = await listen((socket) => socket.end('hi'));
    const socket = await dial({ address: '127.0.0.1', port, tlsName: undefined }, signal());
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
  });

  it('asks for the name’s certificate over TLS, and for HTTP/1.1', async () => {
    let hello: (bytes: Buffer) => void = () => undefined;
    const received = new Promise<Buffer>((resolve) => (hello = resolve));
    const port = await listen((socket) =>
      socket.once('data', (chunk) => {
        hello(chunk);
        socket.destroy();
      }),
    );
    await expect(dial({ address: '127.0.0.1', port, tlsName: 'docs.example.com' }, signal())).rejects.toThrow();
    const bytes = await received;
    expect(bytes[0]).toBe(0x16);
    expect(bytes.toString('latin1')).toContain('docs.example.com');
    expect(bytes.toString('latin1')).toContain('http/1.1');
  });

  it('rejects when nothing listens', async () => {
    const port = await listen(() => undefined);
    await new Promise((resolve) => servers.pop()!.close(resolve));
    await expect(dial({ address: '127.0.0.1', port, tlsName: undefined }, signal())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('ends when it is told to, before and meanwhile', async () => {
    const port = await listen(() => undefined);
    await expect(dial({ address: '127.0.0.1', port, tlsName: 'x.example' }, AbortSignal.abort())).rejects.toThrow('ended');
    await expect(dial({ address: '127.0.0.1', port, tlsName: 'x.example' }, AbortSignal.timeout(50))).rejects.toThrow('ended');
  });
});
