/**
 * `npm run sandbox:attack`: tries to get out of the sandbox on a real engine, and prints for each attempt what stopped it.
 * Ends with 1 when one got through. "Axon: Test Sandbox Walls" does the same in the editor.
 */
import os from 'node:os';
import path from 'node:path';
import { ensureDependencies } from './lib/dependencies.mjs';
import { continueOnNode24 } from './lib/node24.mjs';
import { root } from './lib/project.mjs';

await continueOnNode24();
await ensureDependencies();
const { ensureDockerEngine, ensureSandboxBase } = await import('./lib/docker-engine.mjs');
const { loadSource } = await import('../bench/lib/load-source.mjs');
const { createSandbox } = await loadSource('src/sandbox/create-sandbox.ts');
const { connectDocker } = await loadSource('src/sandbox/docker-engine.ts');
const { testWalls, wallLine } = await loadSource('src/sandbox/self-test.ts');

const log = (line) => console.error(line);
const { signal } = new AbortController();
const engine = await ensureDockerEngine({ log });
await ensureSandboxBase({ host: engine.host, log });
const env = { ...process.env, DOCKER_HOST: engine.host };
const sandbox = createSandbox({ connect: () => connectDocker({ env, home: os.homedir(), platform: process.platform }), imageName: 'axon-sandbox:test', contextFolder: path.join(root, 'media/sandbox') });
try {
  if ((await sandbox.status()).state === 'no-image') await sandbox.build({ signal, onProgress: log });
  const results = await testWalls(sandbox, signal, (result) => console.log(wallLine(result)));
  const held = results.filter((each) => each.heldBy !== undefined).length;
  console.log(`sandbox attempts=${results.length} held=${held} through=${results.length - held}`);
  process.exitCode = held === results.length ? 0 : 1;
} finally {
  await sandbox.dispose();
  await engine.stop();
}
