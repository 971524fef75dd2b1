import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';

export interface Target {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

/** Opens the connection for one request, encrypted where it has to be. */
export type Open = (target: Target, signal: AbortSignal) => Promise<Socket>;

/** A connector for undici that leaves the connecting to `open`, and lets go of what comes after the end. */
export function toConnector(open: Open, signal: AbortSignal): buildConnector.connector {
  return (options, callback) => {
    const isSecure = options.protocol === 'https:';
    const port = options.port === '' ? (isSecure ? 443 : 80) : Number(options.port);
    let isSettled = false;
    const settle = (error: Error | null, socket: Socket | null) => {
      signal.removeEventListener('abort', end);
      // A look-up or a connection that took too long is let go.
      if (isSettled) socket?.destroy();
      else if (socket) callback(null, socket);
      else callback(error ?? new Error('no connection'), null);
      isSettled = true;
    };
    const end = () => settle(new Error('the time is over'), null);
    if (signal.aborted) {
      end();
      return;
    }
    signal.addEventListener('abort', end, { once: true });
    open({ host: options.hostname.replace(/^\[|\]$/g, ''), port, isSecure }, signal).then(
      (socket) => settle(null, socket),
      (error: unknown) => settle(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}
