/**
 * `npm run attacks`: runs the attack collections against the real guards and prints one line a collection:
 *
 *   attacks shell rows=300 let-through=0/220 wrongly-refused=1/80
 *
 * The attack tests write test-output/attacks/NAME.json with {name, rows, attacks, letThrough, harmless, wronglyRefused, notRun}.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './lib/dependencies.mjs';
import { continueOnNode24 } from './lib/node24.mjs';
import { outputFolder } from './lib/project.mjs';

const folder = path.join(outputFolder, 'attacks');

/** @returns {Promise<string[]>} the lines, in the order of their names */
export async function attackLines() {
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (file) => {
      const { name, rows, attacks, letThrough, harmless, wronglyRefused, notRun } = JSON.parse(await readFile(path.join(folder, file), 'utf8'));
      const left = notRun.length > 0 ? ` not-run=${notRun.length} (${notRun.map(({ id, why }) => `${id}: ${why}`).join(', ')})` : '';
      return `attacks ${name} rows=${rows} let-through=${letThrough.length}/${attacks} wrongly-refused=${wronglyRefused.length}/${harmless}${left}`;
    }),
  );
}

/** Forgets the counts of earlier runs, so that none is taken for this one's. */
export async function clearAttackLines() {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await continueOnNode24();
  await ensureDependencies();
  const { runVitest } = await import('./lib/vitest-layer.mjs');
  await clearAttackLines();
  const { failures } = await runVitest('attacks');
  for (const failure of failures) console.error(`failed: ${failure.title}\n${failure.message}`);
  for (const line of await attackLines()) console.log(line);
  if (failures.length > 0) process.exitCode = 1;
}
