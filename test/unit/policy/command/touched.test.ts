import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createCommandGuard } from '../../../../src/policy/command/command-guard.js';
import { createPathGuard } from '../../../../src/policy/path/path-guard.js';
import { locateWasm } from './command-fakes.js';

const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'axon-touched-')));
mkdirSync(path.join(folder, 'infra/deep'), { recursive: true });
mkdirSync(path.join(folder, 'src'));
writeFileSync(path.join(folder, 'src/a.ts'), 'a\n');
writeFileSync(path.join(folder, 'infra/main.tf'), 'a\n');
symlinkSync('infra', path.join(folder, 'link'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const roots = { folders: () => [{ name: 'app', path: folder }], writable: () => [folder] };
const guard = createCommandGuard({ paths: createPathGuard({ roots }), locateWasm });

/** `operation path`, with two stars behind what is walked: also what isn't there now and may be a folder of a revision. */
async function touched(command: string, cwd?: string): Promise<readonly string[]> {
  const judged = await guard.judge({ command, ...(cwd !== undefined && { cwd }) }, { trusted: true });
  expect(judged.decision, command).toMatchObject({ verdict: 'ask' });
  return judged.touched.map(({ operation, relative, walks }) => `${operation} ${relative}${walks ? '/**' : ''}`);
}

describe('what a command touches', () => {
  it.each([
    ['cat src/a.ts infra/main.tf', ['read src/a.ts', 'read infra/main.tf']],
    ['cat link/main.tf', ['read infra/main.tf']],
    ['head -n 5 src/../infra/main.tf', ['read infra/main.tf']],
    ['grep x infra/main.tf', ['read infra/main.tf']],
    ['grep -r x infra', ['read infra/**']],
    ['grep -r x infra/main.tf', ['read infra/main.tf']],
    ['grep -r x', ['read ./**']],
    ['grep -rf src/a.ts .', ['read src/a.ts', 'read ./**']],
    ["grep -r --include='*.tf' x .", ['read ./**']],
    ['rg x', ['read ./**']],
    ['rg -f src/a.ts', ['read src/a.ts', 'read ./**']],
    ['rg x src link', ['read src/**', 'read infra/**']],
    ['rg --files', ['read ./**']],
    ['diff -r src infra', ['read src/**', 'read infra/**']],
    ['diff src/a.ts infra/main.tf', ['read src/a.ts', 'read infra/main.tf']],
    ['ls', ['list .']],
    ['ls -R infra', ['list infra']],
    ['find . -name x', ['list .']],
    ['find -newer src/a.ts', ['read src/a.ts', 'list .']],
    ['tree', ['list .']],
    ['git status', ['list .']],
    ['git status infra', ['read infra']],
    ['git diff', ['read ./**']],
    ['git diff main', ['read ./**']],
    ['git diff src', ['read src/**']],
    ['git diff src --', ['read ./**']],
    ['git diff HEAD~1 -- infra', ['read infra/**']],
    ['git diff HEAD -- gone', ['read gone/**']],
    ["git diff -- '*.tf'", ['read ./**']],
    ["git diff -- 'infra/*.tf'", ['read infra/**']],
    ["git diff -- ':!infra'", ['read ./**']],
    ['git diff src/a.ts', ['read src/a.ts']],
    ['git diff --stat', []],
    ['git diff --stat -p', ['read ./**']],
    ['git diff --name-only -S secret', ['read ./**']],
    ['git show HEAD:src/a.ts HEAD~1:src/a.ts', ['read src/a.ts', 'read src/a.ts']],
    ['git log', []],
    ['git log -p', ['read ./**']],
    ['git log -Gx --oneline', ['read ./**']],
    ['git log -p -- infra', ['read infra/**']],
    ['git show', ['read ./**']],
    ['git show HEAD:infra/main.tf', ['read infra/main.tf']],
    ['git show HEAD:infra/main.tf HEAD', ['read infra/main.tf', 'read ./**']],
    ['git show --stat', []],
    ['git grep x', ['read ./**']],
    ['git grep x src', ['read src/**']],
    ['git grep x HEAD~1 -- src', ['read src/**']],
    ['git stash show stash@{0}', []],
    ['git stash show -p', ['read ./**']],
    ['git blame src/a.ts', ['read src/a.ts']],
    ['git restore infra', ['write infra/**']],
    ['git checkout -- infra/main.tf', ['write infra/main.tf']],
    ['sort -u src/a.ts', ['read src/a.ts']],
    ['go build -o infra/out ./src', ['write infra/out', 'read src']],
    ['npm test', []],
  ])('%s', async (command, places) => {
    expect(await touched(command)).toEqual(places);
  });

  it('in a folder below, reaches from the top where git does, and looks for a path of a revision in every folder above', async () => {
    expect(await touched('git diff', 'src')).toEqual(['read ./**']);
    expect(await touched('git grep x', 'src')).toEqual(['read src/**']);
    expect(await touched('rg x', 'infra/deep')).toEqual(['read infra/deep/**']);
    expect(await touched('git show HEAD:main.tf', 'infra/deep')).toEqual(['read infra/deep/main.tf/**', 'read infra/main.tf', 'read main.tf/**']);
    expect(await touched('git show HEAD:./main.tf', 'infra')).toEqual(['read infra/main.tf']);
  });

  it('is nothing for what is refused', async () => {
    const judged = await guard.judge({ command: 'cat src/a.ts /etc/passwd' }, { trusted: true });
    expect([judged.decision.verdict, judged.touched]).toEqual(['deny', []]);
  });
});
