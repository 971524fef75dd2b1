/**
 * Makes one file of all tests of a part of mutation testing, for the tests are loaded anew for each mistake: loading one
 * file takes a fraction of the time. Stryker runs this in its copy of the project, where the mistakes are built in.
 */
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const tests = globSync(process.env.AXON_MUTATION_TESTS.split(','));

/** A file still finds what lies beside it. */
const ownPlace = {
  name: 'own-place',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/](?:test|src)[\\/].*\.ts$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      const place = text.replaceAll('import.meta.dirname', JSON.stringify(path.dirname(file))).replaceAll('import.meta.url', JSON.stringify(`file://${file}`));
      return { contents: place, loader: 'ts' };
    }),
};

/** Tests get our own small part of vitest, and that has the real one. */
const small = path.resolve('scripts/lib/mutation/small-vitest.mjs');
const smallVitest = {
  name: 'small-vitest',
  setup: ({ onResolve }) => onResolve({ filter: /^vitest$/ }, ({ importer }) => (importer === small ? { external: true } : { path: small })),
};

await build({
  stdin: { contents: [...tests.map((test) => `import './${test}';`), `export { tests } from ${JSON.stringify(small)};`].join('\n'), resolveDir: process.cwd(), loader: 'ts' },
  outfile: 'test/mutation.test.cjs',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  // jsonc-parser's main file is UMD, which can't be bundled.
  mainFields: ['module', 'main'],
  target: 'node24',
  external: ['web-tree-sitter', 'tree-sitter-bash', 'dockerode', 'sql.js', 'undici', 'fast-check', 'vscode'],
  plugins: [ownPlace, smallVitest],
  logLevel: 'warning',
});
