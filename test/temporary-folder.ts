import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Gives vitest a temporary folder of its own for a run by hand, and removes it at the end: a file all of whose tests are
 * left out by a filter has made its folders and runs no `afterAll`. `npm test` brings its own, and looks what is left.
 */
export default function temporaryFolder(): (() => void) | undefined {
  if (process.env['AXON_TEST_RUN'] !== undefined) return undefined;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'axon-vitest-'));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
