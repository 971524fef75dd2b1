/** A process that has just started and looks at a log: `node audit-child.mjs SOURCE FOLDER newest|export|verify`. Prints what that took as JSON. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { key, locateWasm } from './audit-history.mjs';

const [sourceFile = '', folder = '', look = ''] = process.argv.slice(2);
const { openAuditLog } = await import(sourceFile);
const anchor = { load: async () => readFileSync(path.join(folder, 'anchor.json'), 'utf8'), save: async () => undefined };
const mebibytes = (bytes) => bytes / 1024 / 1024;

let peak = 0;
const watching = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
global.gc?.();
const before = process.memoryUsage.rss();
const started = performance.now();
const log = await openAuditLog({ folder: path.join(folder, 'audit'), key, windowId: 'bench', locateWasm, secrets: () => [], anchor, onProblem: ({ message }) => console.error(message) });
let events = 0;
if (look === 'newest') events = (await log.page({ limit: 100 })).records.length;
if (look === 'export') for await (const chunk of log.exportJsonLines()) events += chunk.split('\n').length - 1;
if (look === 'verify') {
  const report = await log.verify();
  if (!report.ok) throw new Error(report.findings[0]?.message ?? 'The log is not whole.');
  events = report.events;
}
const milliseconds = performance.now() - started;
const samples = [];
for (let sample = 0; sample < 5; sample += 1) {
  global.gc?.();
  await sleep(50);
  samples.push(process.memoryUsage.rss());
}
clearInterval(watching);
const { external, arrayBuffers } = process.memoryUsage();
console.log(JSON.stringify({ events, milliseconds, rss: mebibytes(Math.min(...samples)), peak: mebibytes(Math.max(peak, ...samples) - before), external: mebibytes(external), arrayBuffers: mebibytes(arrayBuffers) }));
await log.dispose();
