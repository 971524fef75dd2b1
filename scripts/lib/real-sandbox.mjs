import os from 'node:os';
import path from 'node:path';
import { loadSource } from '../../bench/lib/load-source.mjs';
import { ensureDockerEngine, ensureSandboxBase } from './docker-engine.mjs';
import { root } from './project.mjs';

/** The image that tests, benchmarks and these scripts share. */
export const image = 'axon-sandbox:test';

/**
 * A sandbox on a real engine, with its image built: on the one that is there, or on a private one. `env` names the engine,
 * `connect` makes a further connection to it; `close` ends the sandbox, and the engine where it was started for this.
 */
export async function openRealSandbox() {
  const log = (line) => console.error(line);
  const { createSandbox } = await loadSource('src/sandbox/create-sandbox.ts');
  const { connectDocker } = await loadSource('src/sandbox/docker-engine.ts');
  const engine = await ensureDockerEngine({ log });
  await ensureSandboxBase({ host: engine.host, log });
  const env = { ...process.env, DOCKER_HOST: engine.host };
  const connect = () => connectDocker({ env, home: os.homedir(), platform: process.platform });
  const sandbox = createSandbox({ connect, imageName: image, contextFolder: path.join(root, 'media/sandbox') });
  const close = async () => {
    await sandbox.dispose();
    await engine.stop();
  };
  try {
    if ((await sandbox.status()).state === 'no-image') await sandbox.build({ signal: new AbortController().signal, onProgress: log });
  } catch (error) {
    await close();
    throw error;
  }
  return { sandbox, env, connect, close };
}
