import { request, type Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';

/**
 * A container's standard input to write, and its framed output to read (Docker Engine API, ContainerAttach). Not by
 * dockerode: it sends a body, and what an engine doesn't take for the body arrives in the container as input (Podman's
 * always does). Rejects like dockerode, with `statusCode` and `json`.
 */
export async function attachTo(agent: Agent, name: string, signal: AbortSignal): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const path = `/containers/${name}/attach?stream=1&stdin=1&stdout=1&stderr=1`;
  const asked = request({ agent, socketPath: '/engine', method: 'POST', path, headers: { Connection: 'Upgrade', Upgrade: 'tcp', 'Content-Length': 0 } });
  const stop = (): void => void asked.destroy(new DOMException('The engine took too long.', 'TimeoutError'));
  signal.addEventListener('abort', stop, { once: true });
  asked.on('upgrade', (_answer, socket, head) => {
    // From here on the client hears no errors of it, and one that nobody hears would end the editor's host.
    socket.on('error', () => undefined);
    if (head.length > 0) socket.unshift(head);
    resolve(socket);
  });
  asked.on('response', (answer) => {
    // An engine that means harm would never end it.
    setTimeout(() => answer.destroy(new Error('The engine took too long.')), 2000).unref();
    text(answer).then((body) => { reject(Object.assign(new Error(`(HTTP code ${answer.statusCode ?? 0})`), { statusCode: answer.statusCode, json: parsed(body) })); }, reject);
  });
  asked.on('error', reject);
  asked.end();
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return { message: body };
  }
}
