import { createServer } from 'node:net';
import { once } from 'node:events';

/** @param {number} port @returns {Promise<boolean>} whether a server may listen there on 127.0.0.1 */
export async function isFree(port) {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false; // Taken, or not ours to use.
  } finally {
    server.close();
  }
}

/** @param {number} from @returns {Promise<number>} the first free port at or after `from`, looking at a hundred */
export async function nextFreePort(from) {
  for (let port = from; port < from + 100; port += 1) if (await isFree(port)) return port;
  throw new Error(`No free port between ${from} and ${from + 99}. Give another with --port.`);
}
