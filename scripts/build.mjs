/**
 * Bundles the extension host part and the webview pages into dist/.
 *
 * What the window needs at its start is in dist/extension.js; our own parts that are imported with `await import()` are
 * split off into dist/part-*.js. Heavy packages are bundled one file each into dist/vendor/: our code imports them with
 * `await import('dockerode')`, and the plugin below points that at the file. A static import of one is a build error.
 */
import { build, transform } from 'esbuild';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, 'dist');
export const lazyPackages = ['dockerode', 'tar-stream', 'sql.js', 'undici', 'web-tree-sitter', '@anthropic-ai/sdk', 'openai'];

/** Its ES module reaches for `import.meta`, which CommonJS has not. */
const vendorEntries = { 'web-tree-sitter': 'node_modules/web-tree-sitter/web-tree-sitter.cjs' };

const fileOf = (name) => `${name.replaceAll(/[@./]/g, '-').replace(/^-/, '')}.js`;

/** @type {import('esbuild').Plugin} */
const lazyVendors = {
  name: 'lazy-vendors',
  setup(b) {
    const filter = new RegExp(`^(${lazyPackages.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|')})$`);
    b.onResolve({ filter }, (args) => {
      if (args.kind !== 'dynamic-import') return { errors: [{ text: `${args.path} is heavy: load it with await import() (from ${args.importer})` }] };
      return { path: `./vendor/${fileOf(args.path)}`, external: true };
    });
  },
};

/** gRPC and an ssh of its own are loaded eagerly by dockerode's packages and never used by us: the system's ssh is. @type {import('esbuild').Plugin} */
const dockerStubs = {
  name: 'docker-stubs',
  setup(b) {
    b.onResolve({ filter: /^(@grpc\/grpc-js|@grpc\/proto-loader|protobufjs|ssh2$)/ }, (args) => ({ path: args.path, namespace: 'stub' }));
    b.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** Messages in forty languages, a third of the bundle; ours are English. @type {import('esbuild').Plugin} */
const englishOnly = {
  name: 'english-only',
  setup(b) {
    b.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.(c?js|mjs)$/ }, () => ({ contents: `export { default as en } from './en.js';`, loader: 'js' }));
  },
};

const common = /** @type {const} */ ({ bundle: true, minify: process.env.AXON_DEBUG_BUILD !== '1', sourcemap: false, legalComments: 'none', logLevel: 'warning', absWorkingDir: root });
const host = /** @type {const} */ ({ ...common, platform: 'node', format: 'cjs', target: 'node22', supported: { 'dynamic-import': false }, external: ['vscode'],
  // Its main file is in a form (UMD) whose own imports a bundler can't see.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  // The extension host warns when `navigator` is looked at; only code for other runtimes does.
  define: { navigator: 'undefined' } });

/**
 * Bundles the pages alone, into `outdir`. The highlighter is a file of its own, loaded when an answer holds code, and so is
 * what makes SVG pictures safe.
 */
export function buildPages(outdir) {
  return build({
    ...common, platform: 'browser', format: 'esm', target: 'es2023', splitting: true, outdir,
    entryPoints: { chat: 'webview/chat.tsx', audit: 'webview/audit/audit.tsx', highlight: 'webview/markdown/highlight.ts', 'safe-svg': 'webview/results/svg/safe-svg.ts' },
    jsx: 'automatic', jsxImportSource: 'preact', tsconfig: 'webview/tsconfig.json',
  });
}

/** The thread that makes text of web pages: one file with its DOM and Readability, started by its path. @param {string} outdir */
export function buildHtmlWorker(outdir) {
  return build({ ...host, entryPoints: { 'html-worker': 'src/http/html-worker.ts' }, outdir });
}

/** The program `axon`: one file for plain node, with sql.js beside it in vendor/. @param {string} outfile */
export function buildCli(outfile) {
  return build({ ...host, entryPoints: ['src/cli/main.ts'], outfile, target: 'node20', plugins: [lazyVendors, englishOnly], banner: { js: '#!/usr/bin/env node' } });
}

/** Splitting is for ES modules alone; so the parts are bundled as such, and each is then turned into CommonJS. */
async function buildHost() {
  const { outputFiles } = await build({
    ...host, format: 'esm', supported: {}, minify: false, splitting: true, write: false, outdir: dist, chunkNames: 'part-[hash]',
    entryPoints: { extension: 'src/extension.ts' }, plugins: [lazyVendors, englishOnly],
  });
  for (const { path: file, text } of outputFiles) {
    const { code } = await transform(text, { format: 'cjs', platform: 'node', target: host.target, supported: host.supported, minify: host.minify, legalComments: 'none' });
    await writeFile(file, code);
  }
}

export async function buildAll() {
  await rm(dist, { recursive: true, force: true });
  await mkdir(path.join(dist, 'vendor'), { recursive: true });
  const jobs = [
    buildHost(),
    ...lazyPackages.map((name) => build({ ...host, entryPoints: { [fileOf(name).slice(0, -3)]: vendorEntries[name] ?? name }, outdir: 'dist/vendor', plugins: [dockerStubs], conditions: ['node'], mainFields: ['main', 'module'] })),
  ];
  jobs.push(buildPages('dist/webview'), buildHtmlWorker('dist/vendor'), buildCli('dist/cli.js'));
  await Promise.all(jobs);
  const copies = [
    ['node_modules/sql.js/dist/sql-wasm.wasm', 'dist/vendor/sql-wasm.wasm'],
    ['node_modules/web-tree-sitter/web-tree-sitter.wasm', 'dist/vendor/web-tree-sitter.wasm'],
    ['node_modules/tree-sitter-bash/tree-sitter-bash.wasm', 'dist/vendor/tree-sitter-bash.wasm'],
  ];
  for (const [from, to] of copies) await cp(path.join(root, from), path.join(root, to));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAll();
  console.log('built dist/');
}
