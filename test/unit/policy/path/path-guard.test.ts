import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { GuardContext } from '../../../../src/policy/guard.js';
import { configAsCode } from '../../../../src/policy/path/config-as-code.js';
import { createPathGuard } from '../../../../src/policy/path/path-guard.js';
import type { PathFs } from '../../../../src/policy/path/path-fs.js';
import type { PathOperation } from '../../../../src/policy/subject.js';
import { type TestFolder, makeTestFolder } from '../../workspace/sandbox-folder.js';
import { MemoryPathFs } from './memory-path-fs.js';

const opened: TestFolder[] = [];
afterEach(() => opened.splice(0).forEach((folder) => folder.dispose()));

function open(): TestFolder {
  const folder = makeTestFolder();
  opened.push(folder);
  return folder;
}

function guardOf(folders: readonly string[], options: { writable?: readonly string[]; keepOut?: readonly string[]; names?: readonly string[] } = {}) {
  const roots = {
    folders: () => folders.map((folder, index) => ({ name: options.names?.[index] ?? path.basename(folder), path: folder })),
    writable: () => options.writable ?? folders,
  };
  return createPathGuard({ roots, ...(options.keepOut && { keepOut: options.keepOut }) });
}

const context = (more: Partial<GuardContext> = {}): GuardContext => ({ tool: 'file_read', trusted: true, ...more });
const subject = (operation: PathOperation, name: string) => ({ kind: 'path', operation, path: name }) as const;

describe('asking', () => {
  it('asks to read with a grant for the folder, covered by the folders above up to the workspace folder', async () => {
    const test = open();
    test.put('src/app/a.ts', '');
    const decision = await guardOf([test.workspace]).decide(subject('read', 'src/app/a.ts'), context());
    expect(decision).toMatchObject({ verdict: 'ask', risk: 'low', rule: 'path.read' });
    expect(decision.grant).toEqual({
      key: `read:${test.workspace}/src/app`,
      coveredBy: [`read:${test.workspace}/src`, `read:${test.workspace}`],
      label: 'Read files in src/app/ and below',
    });
  });

  it('takes a folder itself for listing and searching, and its parent for a file in it', async () => {
    const test = open();
    test.put('src/a.ts', '');
    const guard = guardOf([test.workspace]);
    const keys = async (operation: PathOperation, name: string) => (await guard.decide(subject(operation, name), context())).grant?.key;
    expect(await keys('list', 'src')).toBe(`read:${test.workspace}/src`);
    expect(await keys('search', 'src/a.ts')).toBe(`read:${test.workspace}/src`);
    expect(await keys('list', '.')).toBe(`read:${test.workspace}`);
    expect((await guard.decide(subject('list', '.'), context())).grant?.label).toBe('Read files in the folder workspace and below');
  });

  it('keeps reading and writing apart', async () => {
    const test = open();
    const decision = await guardOf([test.workspace]).decide(subject('write', 'src/new.ts'), context());
    expect(decision).toMatchObject({ verdict: 'ask', risk: 'medium', rule: 'path.write', grant: { key: `write:${test.workspace}/src`, label: 'Write files in src/ and below' } });
  });

  it('grants the real folder behind a link, not the name it was reached by', async () => {
    const test = open();
    test.put('packages/lib/a.ts', '');
    symlinkSync('packages/lib', path.join(test.workspace, 'lib'));
    const decision = await guardOf([test.workspace]).decide(subject('read', 'lib/a.ts'), context());
    expect(decision.grant).toMatchObject({ key: `read:${test.workspace}/packages/lib`, label: 'Read files in packages/lib/ and below' });
  });

  it('offers no grant for configuration that can run code, and warns', async () => {
    const test = open();
    const decision = await guardOf([test.workspace]).decide(subject('write', '.vscode/tasks.json'), context());
    expect(decision).toMatchObject({ verdict: 'ask', risk: 'high', rule: 'path.config-as-code' });
    expect(decision.grant).toBeUndefined();
    expect(decision.warnings).toEqual(['.vscode/tasks.json is editor configuration: it can start programs when the folder is opened.']);
  });

  it('names every file that can run code in its warning, and says what it can do', async () => {
    const test = open();
    const guard = guardOf([test.workspace]);
    for (const { patterns, is } of configAsCode) {
      for (const pattern of patterns) {
        const name = pattern.replace('/**', '/x').replaceAll('*', 'x');
        const decision = await guard.decide(subject('write', `deep/${name}`), context());
        // Some of these are refused or asked about for a better reason: they hold secrets or keys.
        if (decision.rule !== 'path.config-as-code') expect(decision.rule).toBe('path.sensitive');
        else expect(decision.warnings).toEqual([`deep/${name} is ${is}.`]);
      }
    }
  });

  it('says where a link really leads before anything is written there', async () => {
    const test = open();
    test.put('src/b.ts', '');
    test.put('.vscode/tasks.json', '{}');
    symlinkSync('src/b.ts', path.join(test.workspace, 'a.ts'));
    symlinkSync('src', path.join(test.workspace, 'lib'));
    symlinkSync('.vscode/tasks.json', path.join(test.workspace, 'notes.md'));
    const guard = guardOf([test.workspace]);
    const decide = (operation: PathOperation, name: string) => guard.decide(subject(operation, name), context());
    expect(await decide('write', 'a.ts')).toMatchObject({ reason: 'Writing a.ts (really src/b.ts) asks first.', warnings: ['a.ts leads through a link: what is written is really src/b.ts.'] });
    expect((await decide('write', 'lib/new.ts')).warnings).toEqual(['lib/new.ts leads through a link: what is written is really src/new.ts.']);
    expect((await decide('write', 'notes.md')).warnings).toEqual([
      'notes.md (really .vscode/tasks.json) is editor configuration: it can start programs when the folder is opened.',
      'notes.md leads through a link: what is written is really .vscode/tasks.json.',
    ]);
    // Reading one is no danger that has to be warned of; where it leads is told.
    expect(await decide('read', 'a.ts')).toMatchObject({ reason: 'Reading a.ts (really src/b.ts) asks once per session and folder.' });
    expect((await decide('read', 'a.ts')).warnings).toBeUndefined();
    expect((await decide('write', 'src/./b.ts')).warnings).toBeUndefined();
  });

  it('cuts a long path in its middle and says so, and keeps its end', async () => {
    const test = open();
    const long = `${'a'.repeat(100)}/${'b'.repeat(100)}/c/end.ts`;
    const { reason } = await guardOf([test.workspace]).decide(subject('write', long), context());
    expect(reason).toMatch(/^Writing a{60}…a+\/b{100}\/c\/end\.ts asks first\.$/);
  });

  it('offers no grant for a file with a second hard link', async () => {
    const test = open();
    writeFileSync(path.join(test.outside, 'a'), 'x');
    linkSync(path.join(test.outside, 'a'), path.join(test.workspace, 'a'));
    const decision = await guardOf([test.workspace]).decide(subject('read', 'a'), context());
    expect(decision).toMatchObject({ verdict: 'ask', rule: 'path.hard-link' });
    expect(decision.grant).toBeUndefined();
  });

  it('adds the warnings up when a configuration file also has a second hard link', async () => {
    const test = open();
    linkSync(test.put('a', '{}'), path.join(test.workspace, 'package.json'));
    const decision = await guardOf([test.workspace]).decide(subject('write', 'package.json'), context());
    expect(decision.warnings).toHaveLength(2);
  });

  it('lets an agent that may not configure change no configuration', async () => {
    const test = open();
    const guard = guardOf([test.workspace]);
    expect(await guard.decide(subject('write', 'package.json'), context({ mayConfigure: false }))).toMatchObject({ verdict: 'deny', rule: 'path.config-not-permitted' });
    expect(await guard.decide(subject('write', 'src/a.ts'), context({ mayConfigure: false }))).toMatchObject({ verdict: 'ask' });
  });
});

describe('an untrusted workspace', () => {
  it('asks to read every time, without a grant', async () => {
    const test = open();
    const decision = await guardOf([test.workspace]).decide(subject('read', 'a.ts'), context({ trusted: false }));
    expect(decision).toMatchObject({ verdict: 'ask', rule: 'trust.reading-asks' });
    expect(decision.grant).toBeUndefined();
  });

  it('denies writing, of configuration too, and still denies what is denied anyway', async () => {
    const test = open();
    const guard = guardOf([test.workspace]);
    const rule = async (name: string) => (await guard.decide(subject('write', name), context({ trusted: false }))).rule;
    expect(await rule('a.ts')).toBe('trust.no-writing');
    expect(await rule('package.json')).toBe('trust.no-writing');
    expect(await rule('../a.ts')).toBe('path.outside-workspace');
  });
});

describe('folders', () => {
  it('denies everything when none is open, and says what to do', async () => {
    const check = await guardOf([]).check('a.ts', 'read');
    expect(check.decision).toMatchObject({ verdict: 'deny', rule: 'path.no-folder', next: 'Open a folder.' });
    expect((await guardOf(['/does/not/exist']).check('a.ts', 'read')).decision.rule).toBe('path.no-folder');
  });

  it('starts at the first of several folders unless the first name is a folder’s', async () => {
    const [one, two] = [open(), open()];
    const guard = guardOf([one.workspace, two.workspace], { names: ['one', 'two'] });
    expect(await guard.check('src/a.ts', 'read')).toMatchObject({ resolved: `${one.workspace}/src/a.ts`, relative: 'one/src/a.ts' });
    expect(await guard.check('two/src/a.ts', 'read')).toMatchObject({ resolved: `${two.workspace}/src/a.ts`, relative: 'two/src/a.ts' });
    expect(await guard.check('two', 'list')).toMatchObject({ resolved: two.workspace, relative: 'two' });
    expect((await guard.check('two/../x', 'read')).decision.verdict).toBe('deny');
  });

  it('names a file absolutely where two folders share a name', async () => {
    const [one, two] = [open(), open()];
    const guard = guardOf([one.workspace, two.workspace]);
    const { relative = '' } = await guard.check(`${two.workspace}/a.ts`, 'read');
    expect(relative).toBe(`${two.workspace}/a.ts`);
    expect(await guard.check(relative, 'read')).toMatchObject({ resolved: `${two.workspace}/a.ts` });
  });

  it('lets a link lead from one open folder into another', async () => {
    const [one, two] = [open(), open()];
    symlinkSync(two.workspace, path.join(one.workspace, 'sibling'));
    expect((await guardOf([one.workspace, two.workspace], { names: ['one', 'two'] }).check('sibling/a.ts', 'read')).resolved).toBe(`${two.workspace}/a.ts`);
    expect((await guardOf([one.workspace]).check('sibling/a.ts', 'read')).decision.rule).toBe('path.link-outside');
  });

  it('unlocks nothing when a protected folder is itself opened', async () => {
    const test = open();
    for (const [name, file, rule] of [['.git/hooks', 'pre-commit', 'path.git-internals'], ['.ssh', 'config', 'path.sensitive']] as const) {
      const folder = path.join(test.workspace, name);
      mkdirSync(folder, { recursive: true });
      const guard = guardOf([folder]);
      expect((await guard.check(file, 'write')).decision).toMatchObject({ verdict: 'deny', rule });
    }
  });

  it('writes only below writable folders, and reads there too when they lie elsewhere', async () => {
    const test = open();
    const guard = guardOf([test.workspace], { writable: [test.outside, 'relative', path.join(test.workspace, 'out')] });
    expect((await guard.check('src/a.ts', 'write')).decision).toMatchObject({ verdict: 'deny', rule: 'path.not-writable' });
    expect((await guard.check('src/a.ts', 'read')).decision.verdict).toBe('allow');
    mkdirSync(path.join(test.workspace, 'out'));
    expect((await guard.check('out/a.ts', 'write')).decision.verdict).toBe('allow');
    expect(await guard.check(`${test.outside}/a.txt`, 'write')).toMatchObject({ decision: { verdict: 'allow' }, relative: `${test.outside}/a.txt` });
    expect((await guard.check(`${test.outside}/.bashrc`, 'write')).decision.verdict).toBe('ask');
  });

  it('keeps out of the folders of the extension itself, through links too', async () => {
    const test = open();
    test.put('storage/axon/audit.db', '');
    symlinkSync('storage/axon', path.join(test.workspace, 'alias'));
    const guard = guardOf([test.workspace], { keepOut: [path.join(test.workspace, 'storage/axon')] });
    for (const name of ['storage/axon/audit.db', 'storage/axon', 'alias/audit.db']) {
      expect((await guard.check(name, 'read')).decision).toMatchObject({ verdict: 'deny', rule: 'path.axon-internals' });
    }
    expect((await guard.check('storage/other', 'read')).decision.verdict).toBe('allow');
  });
});

describe('links and odd files', () => {
  it('refuses to go up again after a link, since programs disagree where that leads', async () => {
    const test = open();
    test.put('a/b/c.txt', '');
    symlinkSync('a/b', path.join(test.workspace, 'l'));
    expect((await guardOf([test.workspace]).check('l/../x', 'read')).decision.rule).toBe('path.up-through-link');
    expect((await guardOf([test.workspace]).check('a/b/../x', 'read')).resolved).toBe(`${test.workspace}/a/x`);
  });

  it('judges by the name as written and by the real name', async () => {
    const test = open();
    mkdirSync(path.join(test.workspace, 'plain'));
    symlinkSync('plain', path.join(test.workspace, '.vscode'));
    expect((await guardOf([test.workspace]).check('.vscode/settings.json', 'write')).decision.rule).toBe('path.config-as-code');
  });

  it('confines an entry to its base, through links too', async () => {
    const test = open();
    mkdirSync(path.join(test.workspace, 'base'));
    symlinkSync('..', path.join(test.workspace, 'base', 'up'));
    const base = path.join(test.workspace, 'base');
    const guard = guardOf([test.workspace]);
    expect((await guard.check('up/x', 'write', { base, confine: true })).decision.rule).toBe('path.leaves-base');
    expect((await guard.check('up/x', 'write', { base })).decision.verdict).toBe('allow');
    expect((await guard.check('../x', 'write', { base })).resolved).toBe(`${test.workspace}/x`);
    expect((await guard.check('x', 'write', { base: test.outside })).decision.verdict).toBe('deny');
  });

  it('does not so much as look at a network share that a link names', async () => {
    const fs = new MemoryPathFs('win32').folder('C:/ws').link('C:/ws/l', '\\\\evil.example\\share').link('C:/ws/m', '\\\\?\\UNC\\evil.example\\share');
    const guard = createPathGuard({ roots: { folders: () => [{ name: 'ws', path: 'C:\\ws' }], writable: () => ['C:\\ws'] }, platform: 'win32', fs });
    expect((await guard.check('l/x', 'read')).decision.rule).toBe('path.link-outside');
    expect((await guard.check('m\\x', 'read')).decision.rule).toBe('path.link-outside');
    expect(fs.looked.filter((name) => name.includes('evil'))).toEqual([]);
  });

  it('judges the names in a link’s target like those in a path', async () => {
    const fs = new MemoryPathFs('win32').folder('C:/ws').link('C:/ws/l', 'GIT~1\\config');
    const guard = createPathGuard({ roots: { folders: () => [{ name: 'ws', path: 'C:\\ws' }], writable: () => ['C:\\ws'] }, platform: 'win32', fs });
    expect((await guard.check('l', 'write')).decision.rule).toBe('path.short-name');
  });

  it('denies devices and process files even where the root folder is open', async () => {
    const guard = guardOf(['/'], { names: ['root'] });
    for (const name of ['/proc/self/environ', '/dev/null', '/sys/kernel', 'dev/zero']) {
      expect((await guard.check(name, 'read')).decision).toMatchObject({ verdict: 'deny', rule: 'path.special-file' });
    }
  });

  it('denies what it can not look at', async () => {
    const failing: PathFs = {
      lstat: () => {
        throw Object.assign(new Error('refused'), { code: 'EACCES' });
      },
      readlink: () => {
        throw new Error('refused');
      },
      realpath: (name) => name,
    };
    const guard = createPathGuard({ roots: { folders: () => [{ name: 'w', path: '/w' }], writable: () => ['/w'] }, platform: 'linux', fs: failing });
    expect(await guard.check('a', 'read')).toMatchObject({ decision: { verdict: 'deny', rule: 'path.unreadable', reason: 'It could not be told where the path leads (EACCES).' } });
  });
});

describe('what is refused', () => {
  const open = (keepOut: readonly string[] = [], fs = new MemoryPathFs('linux').folder('/w/app').file('/w/app/.ssh/id_rsa').folder('/w/app/own')) =>
    createPathGuard({ roots: { folders: () => [{ name: 'app', path: '/w/app' }], writable: () => ['/w/app/src'] }, keepOut, platform: 'linux', fs });

  it('tells nothing of where it lies', async () => {
    const guard = open(['/w/app/own']);
    for (const [name, operation] of [['.ssh/id_rsa', 'read'], ['.git/config', 'write'], ['own/a', 'read'], ['b', 'write'], ['/etc/passwd', 'read']] as const) {
      const found = await guard.check(name, operation);
      expect(Object.keys(found), name).toEqual(['decision']);
      expect(found.decision).toMatchObject({ verdict: 'deny' });
    }
  });

  it('is riskier for writing than for reading', async () => {
    const guard = open();
    expect((await guard.check('/etc/passwd', 'read')).decision.risk).toBe('medium');
    expect((await guard.check('/etc/passwd', 'write')).decision.risk).toBe('high');
    expect((await guard.check('b', 'write')).decision).toMatchObject({ risk: 'high', rule: 'path.not-writable', reason: 'b is not in a folder that may be written to.', next: expect.stringContaining('axon.policy.writableRoots') as string });
  });

  it('[P11] is a folder of Axon’s own by what it is called and by where it really is, also before it is there', async () => {
    const fs = new MemoryPathFs('linux').folder('/w/app').folder('/w/app/real').link('/elsewhere/own', '/w/app/real');
    expect((await open(['/elsewhere/own'], fs).check('real/a', 'read')).decision.rule).toBe('path.axon-internals');
    expect((await open(['/w/app/later']).check('later/a', 'read')).decision.rule).toBe('path.axon-internals');
    expect((await open(['/w/app/later']).check('late', 'read')).decision.verdict).toBe('allow');
  });

  it('is what could not be looked at, with the system’s reason', async () => {
    const broken = (error: Error) => Object.assign(new MemoryPathFs('linux').folder('/w/app'), { lstat: () => { throw error; } });
    expect((await open([], broken(Object.assign(new Error('no'), { code: 'EACCES' }))).check('a', 'read')).decision).toMatchObject({ verdict: 'deny', rule: 'path.unreadable', reason: expect.stringContaining('(EACCES)') as string });
    expect((await open([], broken(new Error('Gone.'))).check('a', 'read')).decision.reason).toContain('(Gone.)');
  });
});
