import { connect, type Socket } from 'node:net';
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

export const dial: Dial = ({ address, port, tlsName }, signal) =>
  new Promise((resolve, reject) => {
    // Said explicitly, `rejectUnauthorized` can't be switched off by NODE_TLS_REJECT_UNAUTHORIZED.
    const servername = tlsName !== undefined && tlsName !== address ? tlsName : '';
    const socket = tlsName === undefined ? connect({ host: address, port }) : connectTls({ host: address, port, servername, ALPNProtocols: ['http/1.1'], rejectUnauthorized: true });
    const abort = () => void socket.destroy(new Error('the attempt was ended'));
    const done = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
    socket.setNoDelay(true);
    socket.once(tlsName === undefined ? 'connect' : 'secureConnect', () => {
      done();
      resolve(socket);
    });
    socket.once('error', (error: Error) => {
      done();
      reject(error);
    });
    if (signal.aborted) abort();
  });
