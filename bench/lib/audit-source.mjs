import { build } from 'esbuild';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

const contents = `
export { openAuditLog } from './src/audit/audit-log.ts';
export { canonicalJson } from './src/canonical.ts';
export { newJournalName } from './src/audit/journal/journal-name.ts';
export { Pace } from './src/audit/pace.ts';
export { firstLink, recordId, sealRecord } from './src/audit/record.ts';
export { schema } from './src/audit/segments/schema.ts';
export { SegmentWriter } from './src/audit/segments/segment-writer.ts';
export { keyIdOf } from './src/audit/storage/layout.ts';
`;

/** The parts of the audit log that a benchmark measures or fills a log with, as one module. @returns {Promise<string>} its file */
export async function buildAuditSource() {
  const outfile = path.join(root, 'test-output', 'bench', 'audit-source.mjs');
  await mkdir(path.dirname(outfile), { recursive: true });
  await build({ stdin: { contents, resolveDir: root, loader: 'ts' }, outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external', target: 'node22', logLevel: 'error' });
  return pathToFileURL(outfile).href;
}
