/** One request to a Docker engine's HTTP API, with Node's own modules. */
import { request } from 'node:http';

/** @param {string} host a unix://, npipe:// or tcp:// address */
function target(host) {
  if (host.startsWith('unix://')) return { socketPath: host.slice('unix://'.length) };
  if (host.startsWith('npipe://')) return { socketPath: host.slice('npipe://'.length).replaceAll('/', '\\') };
  const url = new URL(host);
  if (url.protocol !== 'tcp:' || process.env.DOCKER_TLS_VERIFY) throw new Error(`The scripts can't talk to ${url.protocol}// engines with TLS or ssh; the extension can use TLS.`);
  return { host: url.hostname, port: url.port || 2375 };
}

/**
 * `idleTimeout`: milliseconds without a byte, after which it is given up; default 10 s.
 * @param {string} host
 * @param {{ method?: string, path: string, body?: import('node:stream').Readable, headers?: Record<string, string>, idleTimeout?: number }} options
 * @returns {Promise<{ status: number, body: string }>}
 */
export function engineRequest(host, { method = 'GET', path, body, headers, idleTimeout = 10_000 }) {
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...target(host), method, path, headers, timeout: idleTimeout, agent: false }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`The Docker engine at ${host} was silent for ${idleTimeout / 1000} s.`)));
    outgoing.on('error', reject);
    if (body) body.on('error', (error) => outgoing.destroy(error)).pipe(outgoing);
    else outgoing.end();
  });
}

/** @param {string} host */
export async function engineAnswers(host) {
  try {
    return (await engineRequest(host, { path: '/_ping', idleTimeout: 3000 })).status === 200;
  } catch {
    return false;
  }
}
