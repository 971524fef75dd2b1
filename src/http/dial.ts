import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface DialTarget {
  /** An IP address, never a name: nothing is looked up any more. */
  readonly address: string;
  readonly port: number;
  /** For https: the name that the certificate has to be for; absent for http. An address stands for itself. */
  readonly tlsName: string | undefined;
}

/** Opens a connection. Rejects with the system's error; the signal ends the attempt. */
export type Dial = (target: DialTarget, signal: AbortSignal) => Promise<Socket>;

/** Encrypts an open connection, which ends with the attempt when that fails. Rejects as `Dial` does. */
export type StartTls = (socket: Socket, name: string, signal: AbortSignal) => Promise<Socket>;

export interface DialOptions {
  /** Trusted instead of the well-known certificate authorities; PEM. */
  readonly ca?: string;
}

export function createDial(options: DialOptions = {}): Dial {
  const startTls = createStartTls(options);
  return async ({ address, port, tlsName }, signal) => {
    const socket = connect({ host: address, port });
    socket.setNoDelay(true);
    await opened(socket, 'connect', signal);
    return tlsName === undefined ? socket : await startTls(socket, tlsName, signal);
  };
}

export function createStartTls({ ca }: DialOptions = {}): StartTls {
  return async (socket, name, signal) => {
    // Said explicitly, `rejectUnauthorized` can't be switched off by NODE_TLS_REJECT_UNAUTHORIZED.
    const secure = connectTls({ socket, host: name, servername: isIP(name) === 0 ? name : '', ALPNProtocols: ['http/1.1'], rejectUnauthorized: true, ...(ca !== undefined && { ca }) });
    await opened(secure, 'secureConnect', signal);
    return secure;
  };
}

/** Waits for the event. Whatever comes instead, the socket is destroyed. */
function opened(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => void socket.destroy(new Error('the attempt was ended'));
    const fail = (error: Error) => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      reject(error);
    };
    const close = () => fail(new Error('the connection was closed'));
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    socket.once('close', close);
    socket.once(event, () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
      socket.off('close', close);
      resolve();
    });
    if (signal.aborted) abort();
  });
}
