import { lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createPathGuard } from '../../src/policy/path/path-guard.js';

const created: string[] = [];
afterAll(() => created.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const name = fc.constantFrom('a', 'b', 'c', 'd');
const place = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const target = fc.oneof(
  fc.array(fc.constantFrom('a', 'b', 'c', '..', '.', 'outside', 'workspace'), { minLength: 1, maxLength: 5 }).map((names) => names.join('/')),
  fc.constantFrom('ROOT/workspace', 'ROOT/outside', 'ROOT/workspace/a', 'ROOT', '/', '/proc/self/cwd', 'ROOT/workspace/../outside'),
);
const thing = fc.oneof(
  fc.record({ kind: fc.constant('folder' as const), at: place }),
  fc.record({ kind: fc.constant('file' as const), at: place }),
  fc.record({ kind: fc.constant('link' as const), at: place, target }),
);
const question = fc.array(fc.constantFrom('a', 'b', 'c', 'd', '..', '.', ''), { minLength: 1, maxLength: 6 }).map((names) => names.join('/'));

/** What the system makes of a path, and undefined when it finds nothing. */
function systemPath(text: string): string | undefined {
  try {
    return realpathSync.native(text);
  } catch {
    return undefined;
  }
}

/** Whether making this folder, and what is missing above it, stays below `root`. */
function leadsInside(root: string, folder: string): boolean {
  const real = systemPath(folder);
  if (real !== undefined) return real === root || real.startsWith(`${root}/`);
  // A dangling link has no real path, but what is made through it would be somewhere.
  return lstatSync(folder, { throwIfNoEntry: false }) === undefined && leadsInside(root, path.dirname(folder));
}

describe.skipIf(process.platform === 'win32')('the path guard against the system’s own idea of a path', () => {
  it('never lets a path through that the system would take elsewhere', async () => {
    let [allowed, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(thing, { maxLength: 8 }), fc.array(question, { minLength: 1, maxLength: 6 }), async (things, questions) => {
        const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'axon-model-')));
        created.push(root);
        const workspace = `${root}/workspace`;
        mkdirSync(workspace);
        mkdirSync(`${root}/outside/a`, { recursive: true });
        writeFileSync(`${root}/outside/b`, 'secret');
        for (const each of things) {
          try {
            // An earlier thing may be a link to anywhere: nothing is made through one that leaves the test's own folder.
            if (!leadsInside(root, path.dirname(`${workspace}/${each.at}`))) continue;
            mkdirSync(path.dirname(`${workspace}/${each.at}`), { recursive: true });
            if (each.kind === 'folder') mkdirSync(`${workspace}/${each.at}`);
            else if (each.kind === 'file') writeFileSync(`${workspace}/${each.at}`, '', { flag: 'wx' });
            else symlinkSync(each.target.replace('ROOT', root), `${workspace}/${each.at}`);
          } catch {
            // Two things want the same name: the first one has it.
          }
        }
        const guard = createPathGuard({ roots: { folders: () => [{ name: 'workspace', path: workspace }], writable: () => [workspace] } });
        for (const text of questions) {
          const check = await guard.check(text, 'read');
          const real = systemPath(`${workspace}/${text}`);
          if (check.decision.verdict === 'deny') {
            refused++;
            continue;
          }
          allowed++;
          expect(`${check.resolved ?? ''}/`.startsWith(`${workspace}/`)).toBe(true);
          if (real !== undefined) expect(real).toBe(check.resolved);
          // What is resolved is free of links already, so opening it without following any reaches the same file.
          if (systemPath(check.resolved ?? '') !== undefined) expect(systemPath(check.resolved ?? '')).toBe(check.resolved);
        }
      }),
      { numRuns: 200 },
    );
    console.log(`path model: ${allowed} paths let through, ${refused} refused`);
    expect(Math.min(allowed, refused)).toBeGreaterThan(50);
  });

  it('answers every text, and never with a path outside', async () => {
    const guard = createPathGuard({ roots: { folders: () => [{ name: 'w', path: os.tmpdir() }], writable: () => [os.tmpdir()] } });
    const real = realpathSync(os.tmpdir());
    const any = fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code));
    const part = fc.oneof(any, fc.constantFrom('..', '/', '\\', '~', '\0', ':', '//', '\u202e', 'CON', ' ', '.git', '%2e'));
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), fc.constantFrom('read', 'write', 'list', 'search'), async (parts, operation) => {
        const check = await guard.check(parts.join(''), operation);
        expect(check.decision.rule).toMatch(/^path\./);
        if (check.resolved !== undefined) expect(`${check.resolved}/`.startsWith(`${real}/`)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
