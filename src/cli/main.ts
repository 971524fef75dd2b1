import path from 'node:path';
import { version } from '../../package.json';
import { sqliteLoader } from '../audit/segments/sqlite.js';
import { run } from './run.js';

/** The program `axon`, bundled to dist/cli.js. */
const abort = new AbortController();
// The first time: stop, and remove what was unpacked. The second time: at once.
process.once('SIGINT', () => abort.abort());
process.once('SIGTERM', () => abort.abort());
// A reader that stops early, as `head` does, is no failure; `run` notices.
process.stdout.on('error', () => undefined);

void run(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  version,
  sqlite: sqliteLoader(() => path.join(__dirname, 'vendor', 'sql-wasm.wasm')),
  signal: abort.signal,
}).then((code) => {
  process.exitCode = code;
});
