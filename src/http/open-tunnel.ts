import type { Socket } from 'node:net';
import { AxonError } from '../errors.js';
import type { StartTls } from './dial.js';
import type { Open } from './to-connector.js';

/** Bytes of a proxy's answer to CONNECT. */
const mostHeaderBytes = 16_384;

export interface TunnelOptions {
  /** Where the proxy listens. */
  readonly proxy: { readonly host: string; readonly port: number };
  /** Opens the connection to the proxy. */
  readonly open: Open;
  readonly startTls: StartTls;
}

/**
 * Opens encrypted connections through an HTTP proxy (CONNECT, RFC 9110 section 9.3.6). The proxy resolves the name, so the
 * address behind it can't be judged here: whoever uses this lets listed hosts pass alone. What the certificate is for is
 * checked here, so that the proxy can't answer in another's name.
 */
export function openTunnel({ proxy, open, startTls }: TunnelOptions): Open {
  return async ({ host, port, isSecure }, signal) => {
    if (!isSecure) throw new AxonError('denied', 'Through the proxy only encrypted pages are fetched (rule url.proxy-https).', 'Use https.');
    const socket = await open({ ...proxy, isSecure: false }, signal).catch((error: unknown) => {
      throw new AxonError('io', 'The proxy can’t be reached.', 'The person can check the setting axon.web.proxy.', { cause: error });
    });
    try {
      const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
      socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      checkStatus(await readStatus(socket, signal));
      return await startTls(socket, host.replace(/\.$/, ''), signal);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  };
}

function checkStatus(status: number): void {
  if (status >= 200 && status < 300) return;
  if (status === 407) throw new AxonError('unavailable', 'The proxy wants a password, which Axon has none for.', 'The person can set another proxy in axon.web.proxy.');
  throw new AxonError('io', `The proxy refuses to connect (status ${status}).`, 'Fetch another page, or ask the person.');
}

/** The status of the answer, 0 for what is none. Reads no byte beyond the answer's empty line: those belong to the tunnel. */
function readStatus(socket: Socket, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const done = (act: () => void) => {
      signal.removeEventListener('abort', abort);
      socket.off('readable', read).off('error', fail).off('close', close);
      act();
    };
    const fail = (error: Error) => done(() => reject(error));
    const close = () => fail(new Error('the proxy closed the connection'));
    const abort = () => fail(new Error('the attempt was ended'));
    const read = () => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
        received = Buffer.concat([received, chunk]);
        const end = received.indexOf('\r\n\r\n');
        if (end === -1 && received.length <= mostHeaderBytes) continue;
        // The server speaks second in TLS: whatever follows already is no honest tunnel.
        const isHonest = end !== -1 && end + 4 === received.length;
        const status = isHonest ? Number(/^HTTP\/1\.[01] (\d{3})\b/.exec(received.toString('latin1'))?.[1] ?? 0) : 0;
        done(() => resolve(status));
        return;
      }
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.on('readable', read).once('error', fail).once('close', close);
    if (signal.aborted) abort();
  });
}
