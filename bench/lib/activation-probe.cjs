/** Runs inside the extension host: activates one extension, waits, and writes what that took. */
const { writeFileSync, statSync } = require('node:fs');
const Module = require('node:module');
const { setTimeout: sleep } = require('node:timers/promises');
const vscode = require('vscode');

exports.run = async () => {
  const { AXON_BENCH_EXTENSION: id, AXON_BENCH_RESULT: result } = process.env;
  const extension = vscode.extensions.getExtension(id);
  if (!extension || extension.isActive) throw new Error(`${id} should be there and not active yet.`);
  await quiet();
  const start = performance.now();
  await extension.activate();
  const milliseconds = performance.now() - start;
  await sleep(5_000);
  const files = Object.keys(Module._cache).filter((file) => file.startsWith(extension.extensionPath));
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  writeFileSync(result, JSON.stringify({ milliseconds, bytes, files, memory: process.memoryUsage().rss }));
};

/** Waits until the host has done with the other extensions' start: a second in which no timer came late. */
async function quiet() {
  const end = Date.now() + 20_000;
  for (let calm = 0; calm < 20 && Date.now() < end; ) {
    const before = performance.now();
    await sleep(50);
    calm = performance.now() - before < 60 ? calm + 1 : 0;
  }
}
