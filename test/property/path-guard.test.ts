import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createPathGuard } from '../../src/policy/path/path-guard.js';
import { type Node, LinkModel, workOut } from './lib/link-model.js';

const created: string[] = [];
afterAll(() => created.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const name = fc.constantFrom('a', 'b', 'c', 'd');
const place = fc.array(name, { minLength: 1, maxLength: 3 });
const target = fc.oneof(
  { weight: 3, arbitrary: fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/')) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom('a', 'b', 'c', '..', '.', 'outside', 'workspace'), { minLength: 1, maxLength: 5 }).map((names) => names.join('/')) },
  { weight: 1, arbitrary: place.map((names) => `ROOT/workspace/${names.join('/')}`) },
  { weight: 1, arbitrary: fc.constantFrom('ROOT/workspace', 'ROOT/outside', 'ROOT/outside/a', 'ROOT', '/', '/proc/self/cwd', 'ROOT/workspace/../outside', 'ROOT/workspace/../workspace/a', '.', '..') },
);
const thing = fc.oneof(
  fc.record({ kind: fc.constant('folder' as const), at: place }),
  fc.record({ kind: fc.constant('file' as const), at: place }),
  fc.record({ kind: fc.constant('link' as const), at: place, target }),
  fc.record({ kind: fc.constant('link' as const), at: place, target }),
);
const operation = fc.constantFrom('read' as const, 'write' as const, 'list' as const, 'search' as const);
const question = fc.record({
  names: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'a', 'b', '..', '.', ''), { minLength: 1, maxLength: 7 }),
  spelling: fc.constantFrom('relative' as const, 'relative' as const, 'dotted' as const, 'slashed' as const, 'absolute' as const),
  operation,
});

/** Makes the same in the model and on the disk; what finds its place taken is left out of both. */
function build(root: string, things: readonly { kind: Node['kind']; at: string[]; target?: string }[]): LinkModel {
  const workspace = `${root}/workspace`;
  const model = new LinkModel(root, workspace);
  mkdirSync(workspace);
  mkdirSync(`${root}/outside/a`, { recursive: true });
  writeFileSync(`${root}/outside/b`, 'secret');
  for (const { kind, at, target: to = '' } of things) {
    for (let depth = 1; depth < at.length; depth++) {
      const folder = `${workspace}/${at.slice(0, depth).join('/')}`;
      if (model.add(folder, { kind: 'folder' })) mkdirSync(folder);
    }
    const full = `${workspace}/${at.join('/')}`;
    const link = to.replaceAll('ROOT', root);
    if (!model.add(full, kind === 'link' ? { kind, target: link } : { kind })) continue;
    if (kind === 'folder') mkdirSync(full);
    else if (kind === 'file') writeFileSync(full, '');
    else symlinkSync(link, full);
  }
  return model;
}

/** What the system makes of a path, and undefined when it finds nothing. */
function systemPath(text: string): string | undefined {
  try {
    return realpathSync.native(text);
  } catch {
    return undefined;
  }
}

describe.skipIf(process.platform === 'win32')('the path guard against a model of a file system with links', () => {
  it('[P11] lets nothing through that is really outside, and refuses nothing that is plainly inside', async () => {
    const count = { allowed: 0, refused: 0, throughLinks: 0, plain: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(thing, { minLength: 3, maxLength: 12 }), fc.array(question, { minLength: 8, maxLength: 16 }), fc.boolean(), async (things, questions, openedByLink) => {
        const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'axon-model-')));
        created.push(root);
        const model = build(root, things);
        const opened = openedByLink ? `${root}/opened` : model.workspace;
        if (openedByLink) symlinkSync('workspace', opened);
        const guard = createPathGuard({ roots: { folders: () => [{ name: 'workspace', path: opened }], writable: () => [opened] } });
        for (const { names, spelling, operation: use } of questions) {
          const written = names.join('/');
          if (written === '' || (written.startsWith('/') && spelling === 'relative')) continue;
          const text = { relative: written, dotted: `./${written}`, slashed: `./${written.replaceAll('/', '//')}/`, absolute: `${opened}/${written}` }[spelling];
          const check = await guard.check(text, use);
          const inPlain = workOut(names);
          const stepwise = model.walk(`${model.workspace}/${written}`);
          const byText = inPlain && model.walk(`${model.workspace}/${inPlain.join('/')}`);
          const isPlain = stepwise.at !== undefined && byText?.at === stepwise.at && !stepwise.leftWorkspace && !byText.leftWorkspace;
          const system = systemPath(`${model.workspace}/${written}`);
          if (system !== undefined && stepwise.at?.startsWith(root) === true) expect(system, 'the model is as the system').toBe(stepwise.at);
          if (check.decision.verdict === 'deny') {
            count.refused++;
            expect(isPlain, `${text} is refused (${check.decision.rule}) and is ${stepwise.at ?? ''}`).toBe(false);
            continue;
          }
          count.allowed++;
          if (stepwise.links > 0) count.throughLinks++;
          if (isPlain) count.plain++;
          expect(model.isInside(check.resolved ?? ''), `${text} is let through to ${check.resolved ?? ''}`).toBe(true);
          expect(check.resolved).toBe(stepwise.at);
          // What is resolved is free of links already, so opening it without following any reaches the same file.
          expect(model.walk(check.resolved ?? '').links).toBe(0);
          if (system !== undefined) expect(check.resolved).toBe(system);
        }
      }),
      { numRuns: 300 },
    );
    console.log(`path model: ${count.allowed} let through (${count.throughLinks} of them through links), ${count.refused} refused; all ${count.plain} that are plainly inside are let through`);
    expect(Math.min(count.throughLinks, count.refused, count.plain)).toBeGreaterThan(100);
  });

  it('answers every text, and never with a path outside', async () => {
    const guard = createPathGuard({ roots: { folders: () => [{ name: 'w', path: os.tmpdir() }], writable: () => [os.tmpdir()] } });
    const real = realpathSync(os.tmpdir());
    const any = fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code));
    const part = fc.oneof(any, fc.constantFrom('..', '/', '\\', '~', '\0', ':', '//', '\u202e', 'CON', ' ', '.git', '%2e'));
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), operation, async (parts, use) => {
        const check = await guard.check(parts.join(''), use);
        expect(check.decision.rule).toMatch(/^path\./);
        if (check.resolved !== undefined) expect(`${check.resolved}/`.startsWith(`${real}/`)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
