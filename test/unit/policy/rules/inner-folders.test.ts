import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPathGuard } from '../../../../src/policy/path/path-guard.js';
import { createRuleChecker } from '../../../../src/policy/rules/rule-checker.js';
import { noRules, type RuleLayer } from '../../../../src/policy/rules/rule-layer.js';
import { touchesOf } from '../../../../src/policy/rules/touches-of.js';
import { withPathRules } from '../../../../src/policy/rules/with-path-rules.js';
import { touchedBelow, touchedPath } from '../../../../src/policy/touches.js';
import { createCommandGuard } from '../../../../src/policy/command/command-guard.js';
import { createFiles } from '../../../../src/workspace/files.js';
import { locateWasm } from '../command/command-fakes.js';

/** Two open folders, one inside of the other, and a rule of the inner one about its own `secret`. */
describe('the rules of an open folder inside of another', () => {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'axon-inner-')));
  const inner = path.join(root, 'packages/inner');
  const folders = [{ name: 'outer', path: root }, { name: 'inner', path: inner }];
  const roots = { folders: () => folders, writable: () => [root] };
  const paths = createPathGuard({ roots });
  const commands = createCommandGuard({ paths, locateWasm });
  const checker = createRuleChecker({ parse: (command) => commands.parse(command), tools: ['file_read'] });
  const files = async (): Promise<ReturnType<typeof createFiles>> => {
    const source = { user: async () => noRules, workspace: async () => layer };
    return createFiles({ guard: withPathRules(paths, source), roots, documents: { dirtyText: () => undefined }, ripgrepPath: undefined });
  };
  let layer: RuleLayer;

  beforeAll(async () => {
    for (const name of ['secret/token.txt', 'open.txt']) {
      mkdirSync(path.dirname(path.join(inner, name)), { recursive: true });
      writeFileSync(path.join(inner, name), 'token\n');
    }
    mkdirSync(path.join(root, 'secret'));
    symlinkSync('packages', path.join(root, 'link'));
    layer = await checker.file(JSON.stringify({ version: 1, rules: [{ id: 'keep', verdict: 'deny', reason: 'Kept.', match: { paths: ['secret/**'] } }] }), '.axon/policy.json in inner', inner);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const covers = async (command: string): Promise<boolean> => {
    const { touches } = await touchesOf([{ kind: 'command', command }], { paths, commands, search: () => ({ provider: 'none', searxngUrl: '' }) }, { trusted: true });
    const call = { tool: 'shell_execute', kinds: new Set(['command'] as const), touches };
    return layer.state === 'ready' && layer.rules.some((each) => each.covers.call(call));
  };

  it('[P14] cover what walks in from the outer one', async () => {
    for (const command of ['rg token', 'rg token packages', 'rg token link', 'grep -r token .', 'git diff', 'git stash push .', 'git restore packages', 'cat packages/inner/secret/token.txt', 'cat link/inner/secret/token.txt']) {
      expect(`${command}: ${await covers(command)}`).toBe(`${command}: true`);
    }
    for (const command of ['rg token secret', 'ls', 'cat packages/inner/open.txt', 'git status']) expect(`${command}: ${await covers(command)}`).toBe(`${command}: false`);
  });

  it('[P14] keep what they protect out of listings that start above', async () => {
    for (const start of ['outer', 'outer/packages', 'outer/link', 'inner']) {
      const { entries, ruledOut } = await (await files()).list(start, { depth: 5 });
      expect(entries.map((each) => each.path).filter((each) => each.includes('inner/secret'))).toEqual([]);
      expect(entries.some((each) => each.path.endsWith('inner/open.txt'))).toBe(true);
      expect(ruledOut).toBe(1);
    }
  });

  it('find the name inside in any spelling, and only there', async () => {
    const start = touchedPath(await paths.check('outer', 'list'), 'list');
    if (!start) throw new Error('refused');
    const namesOf = (name: string): string[] => touchedBelow(start, name).names.real.map((each) => each.name);
    expect(namesOf('packages/inner/secret')).toEqual(['packages/inner/secret', 'secret']);
    expect(namesOf('Packages/INNER/secret')).toEqual(['Packages/INNER/secret', 'secret']);
    expect(namesOf('packages/inner')).toEqual(['packages/inner', '.']);
    expect(namesOf('packages/inner2/secret')).toEqual(['packages/inner2/secret']);
    expect(namesOf('packages')).toEqual(['packages']);
  });
});
