import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AxonError } from '../../src/errors.js';
import { createCommandGuard } from '../../src/policy/command/command-guard.js';
import { createPathGuard } from '../../src/policy/path/path-guard.js';
import type { Commands } from '../../src/ports/commands.js';
import { createCommands } from '../../src/workspace/create-commands.js';
import { fill, loadCorpus, runsHere } from './lib/corpus.js';
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

const locateWasm = (name: string) => require.resolve(`${name.replace('.wasm', '')}/${name}`);

function house(folders: Folders, platform: NodeJS.Platform) {
  const roots = { folders: () => [{ name: 'workspace', path: folders.workspace }], writable: () => [folders.workspace] };
  const guard = createCommandGuard({ paths: createPathGuard({ roots }), locateWasm, platform });
  return { guard, commands: createCommands({ guard, roots, trusted: () => true }) };
}

/** Runs the command as if a person had said yes; that it fails, or that its program isn't installed, is no matter here. */
async function runApproved(commands: Commands, command: string): Promise<void> {
  await commands.run(command, { signal: AbortSignal.timeout(20_000), timeoutSeconds: 10 }).catch((error: unknown) => {
    if (!(error instanceof AxonError) || error.code === 'timeout') throw error;
  });
}

describe('[P12] the shell corpus', () => {
  afterAll(() => tally.finish());

  for (const row of rows) {
    it(`${row.id} ${row.expect}: ${row.why}`, async () => {
      const folders = makeFolders();
      try {
        runSetup(row.setup ?? [], folders);
        const command = fill(row.command, { workspace: folders.workspace, outside: folders.outside });
        const { guard, commands } = house(folders, row.platform === 'win32' ? 'win32' : process.platform);
        const { verdict, rule } = await guard.decide({ kind: 'command', command }, { tool: 'shell_execute', trusted: true });
        const refused = verdict === 'deny';
        if (row.mustNotExist && !runsHere(row.platform)) {
          tally.record({ id: row.id, kind: 'not-run', why: `has to be run on ${row.platform ?? ''}` });
          expect(verdict, rule).toBe(row.expect === 'permitted' ? 'ask' : 'deny');
          return;
        }
        // Rows that only must not run unseen are run too: what a person approves starts no canary either.
        if (row.mustNotExist && !refused) await runApproved(commands, command);
        const traces = (row.mustNotExist ?? []).filter((file) => existsSync(fill(file, { outside: folders.outside })));
        if (row.expect === 'permitted') tally.record({ id: row.id, kind: 'harmless', wronglyRefused: refused });
        else tally.record({ id: row.id, kind: 'attack', letThrough: traces.length > 0 || (row.expect === 'deny' ? !refused : verdict === 'allow') });
        const allowed = { deny: ['deny'], 'not-auto': ['deny', 'ask'], permitted: ['ask', 'allow'] };
        expect(allowed[row.expect], rule).toContain(verdict);
        expect(traces).toEqual([]);
      } finally {
        folders.dispose();
      }
    });
  }
});
