/** `npm run bench [-- NAME…]`: runs bench/NAME.mjs, or all of them, and prints their claims. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { once } from 'node:events';
import { ensureDependencies } from './lib/dependencies.mjs';
import { continueOnNode24 } from './lib/node24.mjs';
import { root } from './lib/project.mjs';
import { start, stopAll } from './lib/run.mjs';

await continueOnNode24();
await ensureDependencies();

const all = (await readdir(path.join(root, 'bench'))).filter((name) => name.endsWith('.mjs')).map((name) => name.slice(0, -4));
const wanted = process.argv.length > 2 ? process.argv.slice(2) : all;
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark is named ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
  process.exit(2);
}
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => (stopAll(), process.exit(130)));
for (const name of wanted) {
  const child = start(process.execPath, [path.join(root, 'bench', `${name}.mjs`)], { cwd: root, stdio: 'inherit', env: { ...process.env, ...(process.argv.length > 2 ? {} : { AXON_BENCH_ALL: '1' }) } });
  const [code] = await once(child, 'exit');
  if (code !== 0) process.exitCode = 1;
}
