import { Agent } from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { Connection } from './docker-address.js';
import { bounded } from './bounded.js';
import type { Surroundings } from './docker-endpoint.js';
import type { SshProgram } from './ssh-command.js';
import { SshTunnel } from './ssh-tunnel.js';

/** How requests reach an engine. */
export interface EngineTransport {
  readonly agent: Agent;
  /** Milliseconds in which a first answer has to be there. */
  readonly patience: number;
  readonly dispose: () => Promise<void>;
}

/** `program` is for ssh alone. */
export async function engineTransport(connection: Connection, program: SshProgram, surroundings: Surroundings): Promise<EngineTransport> {
  if ('ssh' in connection) {
    const tunnel = await SshTunnel.create(connection.ssh, program, surroundings);
    return transportOf(() => tunnel.open(), 30_000, () => tunnel.dispose());
  }
  if ('socketPath' in connection) return transportOf(() => net.connect({ path: connection.socketPath }), 5000);
  const { host, port, certificates } = connection;
  if (!certificates) return transportOf(() => net.connect({ host, port }), 5000);
  const { ca, own } = certificates;
  // Said in full: a variable of the environment (NODE_TLS_REJECT_UNAUTHORIZED) would decide what isn't.
  const secured = { host, port, ca, ...own, rejectUnauthorized: true, checkServerIdentity: tls.checkServerIdentity, minVersion: 'TLSv1.2', ...(net.isIP(host) === 0 && { servername: host }) } as const;
  return transportOf(() => bounded(tls.connect(secured)), 15_000);
}

/**
 * Connects in its own way, whatever a request says. Requests say that they are for a socket: the editor's host sends all
 * others through its proxies, and drops their agent then. None is kept: a connection may be dead after the engine
 * restarted, and a fresh one costs little.
 */
function transportOf(connect: () => Duplex, patience: number, disposeMore = async (): Promise<void> => undefined): EngineTransport {
  const agent = new Agent({ keepAlive: false });
  agent.createConnection = () => connect();
  const dispose = (): Promise<void> => {
    agent.destroy();
    return disposeMore();
  };
  return { agent, patience, dispose };
}
