import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/canonical.js';
import type { AuditEvent } from '../../src/audit/event.js';
import type { ApprovalRequest } from '../../src/gate/approval.js';
import { ApprovalBroker } from '../../src/gate/broker.js';
import type { CallOutcome } from '../../src/gate/call.js';
import { createGate } from '../../src/gate/gate.js';
import { Grants } from '../../src/gate/grants.js';
import { codeGuard } from '../../src/policy/code-guard.js';
import { createPolicy } from '../../src/policy/engine.js';
import { createPathGuard } from '../../src/policy/path/path-guard.js';
import { Taint } from '../../src/policy/taint.js';
import type { Ports } from '../../src/ports/ports.js';
import type { SandboxJob } from '../../src/ports/sandbox.js';
import { createResultsStore } from '../../src/sandbox/results-store.js';
import { codeExecute } from '../../src/tools/code-execute.js';
import { factsOf } from '../../src/tools/preview.js';
import { ToolRegistry } from '../../src/tools/registry.js';
import { resultSave } from '../../src/tools/result-save.js';
import type { Tool } from '../../src/tools/tool.js';
import { assistant } from '../unit/gate/fixture.js';
import { makeTestFolder, type TestFolder } from '../unit/workspace/sandbox-folder.js';

const never = async () => Promise.reject(new Error('asked for something else'));

/** The real gate, guards, files and store around a sandbox that writes down what it was given. */
describe('[P4] [P11] [P19] files on their way into the sandbox and out of it', () => {
  let folder: TestFolder;
  let jobs: SandboxJob[];
  let recorded: AuditEvent[];
  let asked: ApprovalRequest[];
  let whenAsked: () => void | Promise<void>;
  let results: ReturnType<typeof createResultsStore>;
  let call: (tool: Tool<never>, args: unknown, session?: string) => Promise<CallOutcome>;

  beforeEach(() => {
    folder = makeTestFolder();
    [jobs, recorded, asked, whenAsked] = [[], [], [], () => undefined];
    results = createResultsStore(path.join(folder.outside, 'results'));
    const roots = { folders: () => [{ name: 'workspace', path: folder.workspace }], writable: () => [folder.workspace] };
    const policy = createPolicy({ path: createPathGuard({ roots }), url: { decide: never }, search: { decide: never }, command: { decide: never }, code: codeGuard }, { autoApprove: () => [] });
    let now = 1000;
    const broker = new ApprovalBroker(() => now);
    broker.onOpened((request) => {
      asked.push(request);
      void Promise.resolve(whenAsked()).then(() => {
        now = request.answerableAt;
        return broker.answer(request.id, request.hash, { type: 'allow-once' });
      });
    });
    const sandbox = { run: async (job: SandboxJob) => { jobs.push(job); return { ended: 'exited', exitCode: 0, output: '', cut: 0, milliseconds: 1, files: [], leftOut: [] }; } };
    const gate = createGate({
      tools: new ToolRegistry([codeExecute, resultSave]), policy, broker, grants: new Grants(), taint: new Taint({ load: () => ({ marks: [], clearedAt: 0 }), save: () => undefined }, () => 1000),
      audit: { append: async (event) => void recorded.push(event) }, ports: { files: folder.files, results, sandbox } as unknown as Ports, trusted: () => true, approvalSeconds: () => 60, now: () => now,
    });
    let n = 0;
    call = async ({ name }, args, sessionId = 's') => gate.callTool({ callId: `c${n++}`, sessionId, source: 'chat', agent: assistant, tool: name, argumentsJson: JSON.stringify(args) }, { signal: new AbortController().signal, onProgress: () => undefined });
  });
  afterEach(() => folder.dispose());
  const execute = (...files: string[]) => call(codeExecute as Tool<never>, { language: 'python', code: '1', files });
  const save = (run: string, file: string, to: string, session?: string) => call(resultSave as Tool<never>, { run, file, path: to }, session);

  it('gives a program nothing that reading refuses, asks nobody about it, and tells nobody whether it is there', async () => {
    folder.put('.env', 'KEY=1');
    writeFileSync(path.join(folder.outside, 'secret'), 'top');
    symlinkSync(path.join(folder.outside, 'secret'), path.join(folder.workspace, 'way-out'));
    symlinkSync(path.join(folder.outside, 'none'), path.join(folder.workspace, 'no-way'));
    for (const [there, absent] of [['.env', '.env.local'], ['../outside/secret', '../outside/none'], ['way-out', 'no-way'], ['/etc/passwd', '/etc/none'], ['/proc/self/environ', '/proc/self/none']] as const) {
      const [found, missing] = [await execute(there), await execute(absent)];
      expect(found.state, there).toBe('denied');
      expect(found.text.replaceAll(there, ''), there).toBe(missing.text.replaceAll(absent, ''));
    }
    expect([jobs, asked]).toEqual([[], []]);
  });

  it('tells nothing of a file that nobody let it read yet, before anybody is asked', async () => {
    folder.put('folder/x', '');
    folder.put('large', Buffer.alloc(11_000_000));
    for (const size of ['half', 'other half']) folder.put(size, Buffer.alloc(9_000_000));
    const texts = new Set<string>();
    for (const files of [['none'], ['folder'], ['large'], ['folder/x/y'], ['half', 'other half'], ['folder/x', './folder/x']]) texts.add((await execute(...files)).text);
    expect([...texts]).toEqual(['The change does not fit the file as it is, or there is no such file. Read the file with file_read first; the person is asked for that.']);
    expect(asked).toEqual([]);
  });

  it('gives the program the very bytes whose hash was shown and recorded, whatever happens to the file meanwhile', async () => {
    const at = folder.put('data.csv', 'a,b\n');
    writeFileSync(path.join(folder.outside, 'secret'), 'top');
    const changes = [() => { writeFileSync(at, 'other'); }, () => { rmSync(at); symlinkSync(path.join(folder.workspace, 'second'), at); }, () => { rmSync(at); }];
    folder.put('second', 'second');
    for (const change of changes) {
      rmSync(at, { force: true });
      folder.put('data.csv', 'a,b\n');
      whenAsked = change;
      await execute('data.csv');
    }
    for (const job of jobs) expect(job.files?.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()])).toEqual([['data.csv', 'a,b\n']]);
    for (const request of asked) expect(factsOf(request.preview)).toEqual([`Given to the program: data.csv, 4 bytes, SHA-256 ${sha256('a,b\n')}`]);
    expect(recorded.filter(({ type }) => type === 'tool_approved').every(({ result }) => result?.includes(sha256('a,b\n')))).toBe(true);
    expect(jobs.length).toBeGreaterThan(0);
    // Swapped for a way out, it is refused although it was approved.
    rmSync(at, { force: true });
    folder.put('data.csv', 'a,b\n');
    whenAsked = () => { rmSync(at); symlinkSync(path.join(folder.outside, 'secret'), at); };
    const before = jobs.length;
    expect((await execute('data.csv')).state).toBe('denied');
    expect(jobs).toHaveLength(before);
  });

  it('saves nothing into git’s or Axon’s own folders, or outside, and warns of configuration each time', async () => {
    const { run } = await results.keep('s', [{ name: 'bytes', bytes: Buffer.from([0, 1]) }, { name: 'text', bytes: Buffer.from('text\n') }]);
    symlinkSync(folder.outside, path.join(folder.workspace, 'way'));
    for (const file of ['bytes', 'text']) {
      for (const to of ['.git/hooks/pre-commit', '.GIT/config', 'sub/.git/config', '.axon/policy.json', '../x', 'way/x', '/tmp/x']) {
        expect((await save(run, file, to)).state, to).toBe('denied');
      }
    }
    expect(asked).toEqual([]);
    for (const to of ['.vscode/tasks.json', 'package.json', '.github/workflows/x.yml', 'AGENTS.md']) {
      await save(run, 'bytes', to);
      expect(asked.at(-1)?.warnings, to).toHaveLength(1);
      expect(asked.at(-1)?.grant, to).toBeUndefined();
    }
  });

  it('saves what was shown, where it was shown, whatever happens to the result or the place meanwhile', async () => {
    const bytes = Buffer.from([0, 1, 2]);
    const { run, files } = await results.keep('s', [{ name: 'x', bytes }]);
    const kept = path.join(folder.outside, 'results', 's', run, files[0]?.sha256 ?? '');
    whenAsked = () => { writeFileSync(kept, Buffer.from([6, 6, 6])); };
    expect((await save(run, 'x', 'new/x.bin')).state).toBe('done');
    expect(readFileSync(path.join(folder.workspace, 'new/x.bin'))).toEqual(bytes);
    writeFileSync(kept, bytes);
    const outside = path.join(folder.outside, 'victim');
    writeFileSync(outside, 'victim');
    for (const swap of [() => { symlinkSync(outside, path.join(folder.workspace, 'y')); }, () => { mkdirSync(path.join(folder.workspace, 'y')); }, () => folder.put('y', 'of a person')]) {
      whenAsked = () => { swap(); };
      expect((await save(run, 'x', 'y')).state).not.toBe('done');
      rmSync(path.join(folder.workspace, 'y'), { recursive: true });
    }
    folder.put('deep/z', 'old');
    whenAsked = () => { renameSync(path.join(folder.workspace, 'deep'), path.join(folder.workspace, 'moved')); symlinkSync(folder.outside, path.join(folder.workspace, 'deep')); };
    expect((await save(run, 'x', 'deep/victim')).state).not.toBe('done');
    expect(readFileSync(outside, 'utf8')).toBe('victim');
    expect(existsSync(path.join(folder.outside, 'z'))).toBe(false);
  });

  it('saves a text over a file that is none, byte by byte, and doubles no byte order mark', async () => {
    const { run } = await results.keep('s', [{ name: 'text', bytes: Buffer.from('text\n') }, { name: 'marked', bytes: Buffer.from('\ufeffnew\n') }]);
    const binary = folder.put('binary', Buffer.from([0, 255]));
    expect((await save(run, 'text', 'binary')).state).toBe('done');
    expect(factsOf(asked.at(-1)?.preview)[0]).toContain('Replaces the file (2 bytes) at binary');
    expect(readFileSync(binary, 'utf8')).toBe('text\n');
    const marked = folder.put('marked', '\ufeffold\n');
    expect((await save(run, 'marked', 'marked')).state).toBe('done');
    expect(readFileSync(marked, 'utf8')).toBe('\ufeffnew\n');
    expect((await save(run, 'marked', 'fresh')).state).toBe('done');
    expect(readFileSync(path.join(folder.workspace, 'fresh'), 'utf8')).toBe('\ufeffnew\n');
    mkdirSync(path.join(folder.workspace, 'folder'));
    expect((await save(run, 'text', 'folder')).state).toBe('failed');
  });

  it('saves no result of another session, and says that it is the result that is missing', async () => {
    const { run } = await results.keep('s', [{ name: 'x', bytes: Buffer.from([0]) }]);
    for (const [of, file, session] of [[run, 'x', 'another'], [run, 'y', 's'], ['../s', 'x', 's'], [run, '../index.json', 's']] as const) {
      expect(await save(of, file, 'x', session)).toMatchObject({ state: 'failed', text: 'That result is not kept any more, or never was. Run the program again.' });
    }
    expect(asked).toEqual([]);
  });
});
