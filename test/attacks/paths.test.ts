import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createPathGuard } from '../../src/policy/path/path-guard.js';
import type { PathCheck, PathCheckOptions } from '../../src/policy/path/path-check.js';
import type { PathFs } from '../../src/policy/path/path-fs.js';
import { verdicts } from '../../src/policy/decision.js';
import { canAnchor } from '../../src/workspace/open-folder.js';
import { MemoryPathFs } from '../unit/policy/path/memory-path-fs.js';
import { fill, loadCorpus } from './lib/corpus.js';
import { makeFolders } from './lib/folders.js';
import { runSetup, setupStep } from './lib/setup.js';
import { trySwap } from './lib/swap-path.js';
import { Tally } from './lib/tally.js';

const rowSchema = z.strictObject({
  id: z.string(),
  op: z.enum(['read', 'write']),
  path: z.string(),
  expect: z.enum(verdicts),
  platform: z.enum(['any', 'posix', 'win32', 'case-insensitive']).default('any'),
  why: z.string(),
  setup: z.array(setupStep).default([]),
  resolved: z.string().optional(),
  literalOk: z.boolean().default(false),
  base: z.string().optional(),
  configPermission: z.boolean().default(true),
});
type Row = z.infer<typeof rowSchema>;

const rows = loadCorpus('paths', rowSchema);
const tally = new Tally('paths', rows.map((row) => row.id));
const failed = new Set<string>();

/** Where a row is tried: on this machine's files, and on other platforms' rules over files in memory. */
type Ground = { readonly name: string; readonly platform: NodeJS.Platform; readonly inMemory: boolean; readonly anchored: boolean };
const here: Ground = { name: 'this machine', platform: process.platform, inMemory: false, anchored: canAnchor };
/** The way of systems where a path can't begin at an open folder. */
const compared: Ground = { ...here, name: 'this machine, comparing', anchored: false };
const windows: Ground = { name: 'Windows rules', platform: 'win32', inMemory: true, anchored: false };
const mac: Ground = { name: 'macOS rules', platform: 'darwin', inMemory: true, anchored: false };
const grounds: Record<Row['platform'], readonly Ground[]> = {
  any: [here, windows, mac],
  posix: process.platform === 'win32' ? [] : [here, compared],
  win32: [windows],
  'case-insensitive': [windows, mac],
};

async function tryRow(row: Row, ground: Ground): Promise<{ verdict: string; check?: PathCheck; values: Record<string, string> }> {
  if (ground.inMemory) {
    const start = ground.platform === 'win32' ? 'C:/axon' : '/axon';
    const values = { workspace: `${start}/workspace`, outside: `${start}/outside` };
    const fs = new MemoryPathFs(ground.platform).folder(values.workspace).folder(values.outside);
    for (const step of fill(row.setup, values)) {
      const at = (name: string) => (name.startsWith(values.outside) ? name : `${values.workspace}/${name}`);
      if ('file' in step) fs.file(at(step.file));
      else if ('dir' in step) fs.folder(at(step.dir));
      else if ('junction' in step) fs.link(at(step.junction), step.to.replaceAll('/', '\\'));
      else throw new Error(`no such step in memory: ${JSON.stringify(step)}`);
    }
    const check = await checkRow(row, values, ground.platform, fs);
    return { verdict: check.decision.verdict, check, values };
  }
  const folders = makeFolders();
  try {
    const values = { workspace: folders.workspace, outside: folders.outside };
    const swaps = runSetup(row.setup, folders);
    if (swaps.length > 0) return { verdict: await trySwap(fill(row.path, values), row.op, swaps, folders, ground.anchored), values };
    const check = await checkRow(row, values, ground.platform);
    return { verdict: check.decision.verdict, check, values };
  } finally {
    folders.dispose();
  }
}

function checkRow(row: Row, values: Record<string, string>, platform: NodeJS.Platform, fs?: PathFs): Promise<PathCheck> {
  const workspace = values['workspace'] ?? '';
  const guard = createPathGuard({
    roots: { folders: () => [{ name: 'workspace', path: workspace }], writable: () => [workspace] },
    platform,
    ...(fs && { fs }),
  });
  const options: PathCheckOptions = { mayConfigure: row.configPermission, ...(row.base !== undefined && { base: fill(row.base, values), confine: true }) };
  return guard.check(fill(row.path, values), row.op, options);
}

describe('[P11] path attacks', () => {
  for (const row of rows) {
    for (const ground of grounds[row.platform]) {
      it(`${row.id} ${ground.name}: ${row.op} ${JSON.stringify(row.path)} is ${row.expect}: ${row.why}`, async () => {
        const { verdict, check, values } = await tryRow(row, ground);
        const resolved = check?.resolved?.replaceAll('\\', '/');
        const literal = row.resolved === undefined ? undefined : fill(row.resolved, values).replaceAll('\\', '/');
        const ok = verdict === row.expect || (row.literalOk && verdict === 'allow' && resolved === literal);
        if (!ok) failed.add(row.id);
        if (row.expect === 'allow') tally.record({ id: row.id, kind: 'harmless', wronglyRefused: failed.has(row.id) });
        else tally.record({ id: row.id, kind: 'attack', letThrough: failed.has(row.id) });

        if (!ok) expect(`${verdict} (${check?.decision.rule ?? ''})`).toBe(row.expect);
        if (verdict === 'deny') {
          expect(check?.resolved).toBeUndefined();
        } else {
          expect(`${resolved ?? ''}/`.startsWith(`${values['workspace'] ?? ''}/`)).toBe(true);
          if (literal !== undefined) expect(resolved).toBe(literal);
        }
        if (check) {
          expect(check.decision.rule).toMatch(/^path\.[a-z-]+$/);
          expect(check.decision.reason).toMatch(/\S/);
        }
      });
    }
    if (grounds[row.platform].length === 0) tally.record({ id: row.id, kind: 'not-run', why: row.platform });
  }
  afterAll(() => tally.finish());
});
