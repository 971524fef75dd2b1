import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCommandGuard } from '../../src/policy/command/command-guard.js';
import { createPathGuard } from '../../src/policy/path/path-guard.js';
import { fill, loadCorpus } from './lib/corpus.js';
import { makeFolders, type Folders } from './lib/folders.js';
import { runSetup, setupStep } from './lib/setup.js';
import { Tally } from './lib/tally.js';

const rows = loadCorpus(
  'shell',
  z.strictObject({
    id: z.string(),
    command: z.string(),
    expect: z.enum(['deny', 'not-auto', 'permitted']),
    why: z.string(),
    setup: z.array(setupStep).optional(),
    mustNotExist: z.array(z.string()).optional(),
    grants: z.array(z.string()).optional(),
    platform: z.enum(['win32', 'any']).optional(),
  }),
);
const tally = new Tally('shell', rows.map((row) => row.id));
const require = createRequire(import.meta.url);

function guardFor(folders: Folders, platform: NodeJS.Platform) {
  const roots = { folders: () => [{ name: 'workspace', path: folders.workspace }], writable: () => [folders.workspace] };
  const locateWasm = (name: string) => require.resolve(`${name.replace('.wasm', '')}/${name}`);
  return createCommandGuard({ paths: createPathGuard({ roots }), locateWasm, platform });
}

describe('the shell corpus', () => {
  afterAll(() => tally.finish());

  for (const row of rows) {
    it(`${row.id} ${row.expect}: ${row.why}`, async () => {
      const folders = makeFolders();
      try {
        runSetup(row.setup ?? [], folders);
        const command = fill(row.command, { workspace: folders.workspace, outside: folders.outside });
        const guard = guardFor(folders, row.platform === 'win32' ? 'win32' : process.platform);
        const { verdict, rule } = await guard.decide({ kind: 'command', command }, { tool: 'shell_execute', trusted: true });
        if (row.expect === 'permitted') {
          tally.record({ id: row.id, kind: 'harmless', wronglyRefused: verdict === 'deny' });
          expect(verdict, rule).not.toBe('deny');
        } else {
          const letThrough = row.expect === 'deny' ? verdict !== 'deny' : verdict === 'allow';
          tally.record({ id: row.id, kind: 'attack', letThrough });
          expect(letThrough, rule).toBe(false);
        }
        for (const file of row.mustNotExist ?? []) expect(existsSync(fill(file, { outside: folders.outside }))).toBe(false);
      } finally {
        folders.dispose();
      }
    });
  }
});
