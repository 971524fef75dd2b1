import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/**
 * Loads a TypeScript file of ours into a benchmark: `const { runLoop } = await loadSource('src/agent/loop.ts')`.
 * Packages stay outside the bundle and are loaded as in a test.
 *
 * @param {string} file relative to the project
 * @returns {Promise<any>} what the file exports
 */
export async function loadSource(file) {
  const output = path.join(root, 'test-output');
  await mkdir(output, { recursive: true });
  const folder = await mkdtemp(path.join(output, 'bench-'));
  try {
    const outfile = path.join(folder, 'source.cjs');
    await build({ absWorkingDir: root, entryPoints: [file], outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node24', packages: 'external', logLevel: 'warning', banner: { js: `const importMetaUrl = ${JSON.stringify(`file://${path.join(root, file)}`)};` }, define: { 'import.meta.url': 'importMetaUrl' } });
    return createRequire(import.meta.url)(outfile);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
