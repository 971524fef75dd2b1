import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RuleChecker } from '../../../src/policy/rules/rule-checker.js';
import { brokenLayer, type RuleLayer } from '../../../src/policy/rules/rule-layer.js';
import type { WorkspaceFolder } from '../../../src/ports/roots.js';
import { PolicyRules, type CheckedFile } from '../../../src/vscode/policy-rules.js';

let root: string;
let folders: WorkspaceFolder[];
let userRules: unknown;
let checks: string[];
let rules: PolicyRules;
let seen: CheckedFile[];

const covers = { call: () => true, path: () => true };
const layer = (id: string, source: string): RuleLayer => ({ state: 'ready', rules: [{ rule: { id, verdict: 'deny', reason: 'No.' }, source, covers }] });
/** A checker that knows two texts: `broken`, and one that it fails over. */
const check = async (text: string, source: string): Promise<RuleLayer> => {
  checks.push(text);
  if (text === 'throws') throw new Error('no memory');
  return text === 'broken' ? brokenLayer(source, { message: 'It is broken.' }) : layer(text, source);
};
const checker: RuleChecker = { file: check, user: (value) => check(JSON.stringify(value), 'your settings') };

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'axon-policy-rules-'));
  folders = ['app', 'docs'].map((name) => ({ name, path: path.join(root, name) }));
  for (const folder of folders) mkdirSync(path.join(folder.path, '.axon'), { recursive: true });
  userRules = undefined;
  checks = [];
  seen = [];
  rules = new PolicyRules({ folders: () => folders, userRules: () => userRules, checker });
  rules.onFileChecked((checked) => seen.push(checked));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (folder: number, text: string): void => writeFileSync(path.join(folders[folder]?.path ?? '', '.axon', 'policy.json'), text);

describe('the rules of the workspace', () => {
  it('are none without a file, and nothing is loaded for it', async () => {
    expect(await rules.workspace()).toEqual({ state: 'ready', rules: [] });
    expect(checks).toEqual([]);
  });

  it('are those of all open folders, each named', async () => {
    write(0, 'one');
    write(1, 'two');
    const found = await rules.workspace();
    expect(found.state === 'ready' && found.rules.map(({ rule, source }) => `${rule.id}: ${source}`)).toEqual(['one: .axon/policy.json in app', 'two: .axon/policy.json in docs']);
    folders.pop();
    const alone = await rules.workspace();
    expect(alone.state === 'ready' && alone.rules.map(({ source }) => source)).toEqual(['.axon/policy.json']);
  });

  it('are broken when one folder\'s are, and whole again when it is mended', async () => {
    write(0, 'one');
    write(1, 'broken');
    expect(await rules.workspace()).toEqual({ state: 'broken', source: '.axon/policy.json in docs', problems: [{ message: 'It is broken.' }] });
    write(1, 'two');
    expect(await rules.workspace()).toMatchObject({ state: 'ready' });
  });

  it('are broken when nobody can check them, and when a link stands there', async () => {
    write(0, 'throws');
    expect(await rules.workspace()).toMatchObject({ state: 'broken', problems: [{ message: 'The rules can’t be checked: no memory' }] });
    write(0, 'one');
    symlinkSync('/etc/hostname', path.join(folders[1]?.path ?? '', '.axon', 'policy.json'));
    expect(await rules.workspace()).toMatchObject({ state: 'broken', problems: [{ message: expect.stringContaining('link') as unknown }] });
  });

  it('are checked once a text, and the same object while nothing changes', async () => {
    write(0, 'one');
    const first = await rules.workspace();
    expect(await rules.workspace()).toBe(first);
    write(0, 'two');
    expect(await rules.workspace()).not.toBe(first);
    expect(checks).toEqual(['one', 'two']);
  });

  it('are checked again while they are broken, and told of once', async () => {
    write(0, 'broken');
    for (let count = 0; count < 3; count++) expect(await rules.workspace()).toMatchObject({ state: 'broken' });
    expect(checks).toHaveLength(3);
    expect(seen.filter(({ folder }) => folder.name === 'app')).toHaveLength(1);
  });

  it('are told of whenever they are others, before anything is decided by them', async () => {
    await rules.workspace();
    write(0, 'one');
    await rules.workspace();
    await rules.workspace();
    rmSync(path.join(folders[0]?.path ?? '', '.axon'), { recursive: true });
    await rules.workspace();
    expect(seen.map(({ folder, file }) => `${folder.name} ${file.state}`).sort()).toEqual(['app none', 'app none', 'app text', 'docs none']);
  });

  it('are told of again when a folder is closed and opened again, and hold nothing while it is closed', async () => {
    write(0, 'broken');
    expect((await rules.workspace()).state).toBe('broken');
    const [app] = folders.splice(0, 1);
    expect(await rules.workspace()).toEqual({ state: 'ready', rules: [] });
    if (app) folders.unshift(app);
    seen = [];
    expect((await rules.workspace()).state).toBe('broken');
    expect(seen.map(({ folder, file }) => `${folder.name} ${file.state}`)).toContain('app text');
  });

  it('are the last ones also when many ask at once while they change', async () => {
    for (let round = 0; round < 50; round++) {
      write(0, `r${round}`);
      await Promise.all([rules.workspace(), rules.workspace(), rules.workspace()]);
      const found = await rules.workspace();
      expect(found.state === 'ready' && found.rules[0]?.rule.id).toBe(`r${round}`);
    }
    expect(seen.filter(({ file }) => file.state === 'text').map(({ file }) => file.state === 'text' && file.text)).toEqual(Array.from({ length: 50 }, (_, n) => `r${n}`));
  });
});

describe('the rules of the user', () => {
  it('are none, and nothing is loaded, without the setting or with an empty one', async () => {
    expect(await rules.user()).toEqual({ state: 'ready', rules: [] });
    userRules = [];
    expect(await rules.user()).toEqual({ state: 'ready', rules: [] });
    expect(checks).toEqual([]);
  });

  it('are read fresh, checked once a value, and told of', async () => {
    const told: string[] = [];
    rules.onUserChecked((each) => told.push(each.state));
    userRules = [1];
    const first = await rules.user();
    userRules = [1];
    expect(await rules.user()).toBe(first);
    userRules = 'nonsense';
    await rules.user();
    userRules = undefined;
    await rules.user();
    expect(checks).toEqual(['[1]', '"nonsense"']);
    expect(told).toEqual(['ready', 'ready', 'ready']);
    await rules.user();
    expect(told).toHaveLength(3);
  });

  it('are broken, not none, when they are null or nobody can check them', async () => {
    userRules = null;
    await rules.user();
    expect(checks).toEqual(['null']);
    const failing = new PolicyRules({ folders: () => [], userRules: () => [1], checker: { ...checker, user: () => Promise.reject(new Error('no memory')) } });
    expect(await failing.user()).toMatchObject({ state: 'broken', source: 'your settings' });
  });
});
