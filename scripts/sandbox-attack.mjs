/**
 * `npm run sandbox:attack`: tries to get out of the sandbox on a real engine, and prints for each attempt what stopped it.
 * Ends with 1 when one got through. "Axon: Test Sandbox Walls" does the same in the editor.
 */
import { ensureDependencies } from './lib/dependencies.mjs';
import { continueOnNode24 } from './lib/node24.mjs';

await continueOnNode24();
await ensureDependencies();
const { openRealSandbox } = await import('./lib/real-sandbox.mjs');
const { loadSource } = await import('../bench/lib/load-source.mjs');
const { testWalls, wallLine } = await loadSource('src/sandbox/self-test.ts');

const { signal } = new AbortController();
const { sandbox, close } = await openRealSandbox();
try {
  const results = await testWalls(sandbox, signal, (result) => console.log(wallLine(result)));
  const held = results.filter((each) => each.heldBy !== undefined).length;
  console.log(`sandbox attempts=${results.length} held=${held} through=${results.length - held}`);
  process.exitCode = held === results.length ? 0 : 1;
} finally {
  await close();
}
