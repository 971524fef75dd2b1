/** `npm run package`: builds dist/ and packs axon-VERSION.vsix. Asks nothing, prints one line. */
import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './lib/dependencies.mjs';
import { continueOnNode24 } from './lib/node24.mjs';
import { root } from './lib/project.mjs';
import { run } from './lib/run.mjs';

/** @returns {Promise<string>} where the package of this version lies, or would lie */
export async function packagePath() {
  const { name, version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  return path.join(root, `${name}-${version}.vsix`);
}

/** Builds and packs. @returns {Promise<string>} the path of the .vsix */
export async function buildPackage() {
  const file = await packagePath();
  await rm(file, { force: true }); // After a failed build nobody may take the last one for it.
  await run(process.execPath, [path.join(root, 'scripts/build.mjs')], { cwd: root });
  const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
  await run(process.execPath, [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file], { cwd: root });
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await continueOnNode24();
  await ensureDependencies();
  const file = await buildPackage();
  console.log(`packed ${path.basename(file)}, ${Math.round((await stat(file)).size / 1024)} KB`);
}
