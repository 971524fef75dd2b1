import { linkSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPathGuard } from '../../../src/policy/path/path-guard.js';
import { allTools } from '../../../src/tools/all-tools.js';
import { createRuleChecker } from '../../../src/policy/rules/rule-checker.js';
import { noRules, type RuleLayer } from '../../../src/policy/rules/rule-layer.js';
import { withPathRules } from '../../../src/policy/rules/with-path-rules.js';
import { createFiles } from '../../../src/workspace/files.js';
import { findRipgrep } from './find-ripgrep.js';
import { makeTestFolder, type TestFolder } from './sandbox-folder.js';

const checker = createRuleChecker({ parse: async (command) => ({ words: command.split(' ').map((text) => ({ text })) }), tools: allTools.map(({ name }) => name) });
const rule = (id: string, verdict: 'ask' | 'deny', paths: readonly string[], more: object = {}): object => ({ id, verdict, reason: 'It is ours.', match: { paths, ...more } });

const ripgrepPath = findRipgrep();
const searching = it.runIf(ripgrepPath !== undefined);

let test: TestFolder;
beforeEach(() => {
  test = makeTestFolder();
  test.put('infra/main.tf', 'token = "in infra"\n');
  test.put('infra/deep/more.tf', 'token = "deeper"\n');
  test.put('docs/a.md', 'token in docs\n');
  test.put('docs/plan.md', 'token in the plan\n');
  test.put('src/a.ts', 'token in src\n');
});
afterEach(() => test.dispose());

async function withRules(...rules: object[]) {
  let layer: RuleLayer = await checker.file(JSON.stringify({ version: 1, rules }), '.axon/policy.json', test.workspace);
  if (layer.state === 'broken') throw new Error(layer.problems[0]?.message);
  const roots = { folders: () => [{ name: 'workspace', path: test.workspace }], writable: () => [test.workspace] };
  const source = { user: async () => noRules, workspace: async () => layer };
  const files = createFiles({ guard: withPathRules(createPathGuard({ roots }), source), roots, documents: { dirtyText: () => undefined }, ripgrepPath });
  return { files, become: (other: RuleLayer) => void (layer = other) };
}

describe('files and the rules of a workspace', () => {
  it.runIf(ripgrepPath !== undefined)('[P7] refuses to open what a rule denies, by each of its names, and names the rule', async () => {
    const { files } = await withRules(rule('no-infra', 'deny', ['infra/**']));
    symlinkSync('infra', path.join(test.workspace, 'shortcut'));
    for (const name of ['infra/main.tf', './infra/../infra/main.tf', 'infra//main.tf', 'docs/../infra/deep/more.tf', 'shortcut/main.tf', path.join(test.workspace, 'infra/main.tf')]) {
      await expect(files.read(name)).rejects.toThrow(/workspace\.no-infra/);
      await expect(files.planEdit(name, { find: 'token', replace: 'x' })).rejects.toThrow(/workspace\.no-infra/);
    }
    await expect(files.planWrite('infra/new.tf', 'x')).rejects.toThrow(/workspace\.no-infra/);
    await expect(files.list('infra')).rejects.toThrow(/workspace\.no-infra/);
    await expect(files.search({ pattern: 'token', path: 'infra' })).rejects.toThrow(/workspace\.no-infra/);
    expect((await files.read('docs/a.md')).text).toContain('docs');
  });

  it('denies the name of a link as well as what it leads to', async () => {
    const { files } = await withRules(rule('no-alias', 'deny', ['alias/**']));
    symlinkSync('docs', path.join(test.workspace, 'alias'));
    await expect(files.read('alias/a.md')).rejects.toThrow(/workspace\.no-alias/);
    expect((await files.read('docs/a.md')).text).toContain('docs');
  });

  it('lists a folder without what rules deny or ask about, and counts it', async () => {
    const { files } = await withRules(rule('no-infra', 'deny', ['infra/**'], { access: 'read' }), rule('ask-plan', 'ask', ['plan.md']));
    const listing = await files.list('.', { depth: 5 });
    expect(listing.entries.map((each) => each.path)).toEqual(['docs', 'docs/a.md', 'src', 'src/a.ts']);
    expect(listing.ruledOut).toBe(2);
  });

  searching('searches without what rules deny or ask about, whatever the limit, and counts files by name alone', async () => {
    const { files } = await withRules(rule('no-infra', 'deny', ['Infra/**']), rule('ask-plan', 'ask', ['plan.md']));
    const found = await files.search({ pattern: 'token', limit: 2 });
    expect(found).toMatchObject({ limited: false, ruledOut: 3, filesSearched: 2 });
    expect(found.matches.map((each) => each.path).sort()).toEqual(['docs/a.md', 'src/a.ts']);
    for (const pattern of ['in infra', 'deeper', 'no such text']) {
      expect(await files.search({ pattern })).toEqual({ matches: [], limited: false, filesSearched: 2, sensitiveLeftOut: 0, ruledOut: 3 });
    }
    expect(await files.search({ pattern: 'token', glob: '*.ts' })).toMatchObject({ matches: [{ path: 'src/a.ts' }], filesSearched: 1 });
  });

  searching('shows what a rule asks about once the person let the call read it', async () => {
    const { files } = await withRules(rule('ask-infra', 'ask', ['infra/**']), rule('no-deep', 'deny', ['infra/deep/**']));
    expect((await files.read('infra/main.tf')).text).toContain('in infra');
    expect((await files.list('infra', { depth: 3 })).entries.map((each) => each.path)).toEqual(['infra/main.tf']);
    expect((await files.search({ pattern: 'token', path: 'infra' })).matches.map((each) => each.path)).toEqual(['infra/main.tf']);
    expect((await files.search({ pattern: 'token', path: 'infra/main.tf' })).matches).toHaveLength(1);
  });

  searching('keeps the search out of a file that has a second name, with a rule that asks', async () => {
    const { files } = await withRules(rule('ask-docs', 'ask', ['docs/a.md']));
    linkSync(path.join(test.workspace, 'docs/a.md'), path.join(test.workspace, 'src/second.md'));
    expect((await files.search({ pattern: 'token in docs' })).matches).toEqual([]);
  });

  searching('holds a rule for one tool against that tool alone', async () => {
    const { files } = await withRules({ ...rule('no-search', 'deny', ['docs/**']), tool: 'file_search' });
    expect((await files.read('docs/a.md')).text).toContain('docs');
    expect((await files.list('docs')).entries).toHaveLength(2);
    expect((await files.search({ pattern: 'token' })).matches.map((each) => each.path)).not.toContain('docs/a.md');
  });

  searching('opens nothing while the rules are broken', async () => {
    const { files, become } = await withRules();
    expect((await files.read('src/a.ts')).text).toContain('src');
    become({ state: 'broken', source: '.axon/policy.json', problems: [{ message: 'This is not JSON.' }] });
    for (const attempt of [files.read('src/a.ts'), files.list('.'), files.search({ pattern: 'token' }), files.planWrite('new.txt', 'x')]) {
      await expect(attempt).rejects.toThrow(/workspace\.broken-rules/);
    }
  });
});
