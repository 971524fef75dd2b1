import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandGuard } from '../../../src/policy/command/command-guard.js';
import { createCommands, type CommandsOptions } from '../../../src/workspace/create-commands.js';

/** The guard's port, letting through a script of the test as the program `tool`. */
function guardFor(folder: string, program = 'tool', args: readonly string[] = []): Pick<CommandGuard, 'judge'> {
  const decision = { verdict: 'ask', risk: 'high', rule: 'test', reason: 'test' } as const;
  return {
    judge: async ({ command }) => (command === 'no' ? { decision: { ...decision, verdict: 'deny', reason: 'Never.', next: 'Stop.' }, touched: [] } : { decision, plan: { program, subcommand: [], args, folder }, touched: [] }),
  };
}

describe('createCommands', () => {
  let root: string;
  let workspace: string;
  let bin: string;
  const signal = new AbortController().signal;

  beforeEach(() => {
    root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'axon-run-')));
    [workspace, bin] = [path.join(root, 'workspace'), path.join(root, 'bin')];
    mkdirSync(workspace);
    mkdirSync(bin);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function script(folder: string, body: string, name = 'tool'): void {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }

  function commands(options: Partial<CommandsOptions> = {}) {
    const roots = { folders: () => [{ name: 'w', path: workspace }], writable: () => [workspace] };
    const environment = { PATH: [workspace, '.', '', bin, '/usr/bin', '/bin'].join(':'), HOME: '/home/me' };
    return createCommands({ guard: guardFor(workspace), roots, trusted: () => true, environment, ...options });
  }

  /** True once every process whose id stands in the file is gone. */
  async function gone(file: string): Promise<boolean> {
    const pids = readFileSync(file, 'utf8').trim().split('\n');
    for (let tries = 0; tries < 50; tries++) {
      if (pids.every((pid) => !alive(pid))) return true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return false;
  }
  function alive(pid: string): boolean {
    return existsSync(`/proc/${pid}`) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  }

  it('gives exit code and output of both streams', async () => {
    script(bin, 'echo out; echo err >&2; exit 3');
    const result = await commands().run('x', { signal });
    expect(result).toMatchObject({ exitCode: 3, signal: null, cut: 0 });
    expect(result.output.split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('passes words on without a shell, in the folder that was judged, with nothing on standard input', async () => {
    script(bin, 'pwd; cat; for each in "$@"; do echo "<$each>"; done');
    const { output } = await commands({ guard: guardFor(workspace, 'tool', ['$(id)', 'a b', '; ls', '*']) }).run('x', { signal });
    expect(output).toBe(`${workspace}\n<$(id)>\n<a b>\n<; ls>\n<*>\n`);
  });

  it('never takes a program from the workspace, the current folder, or through a link into the workspace', async () => {
    script(workspace, 'echo evil');
    await expect(commands().run('x', { signal })).rejects.toMatchObject({ code: 'unavailable' });
    symlinkSync(path.join(workspace, 'tool'), path.join(bin, 'tool'));
    await expect(commands().run('x', { signal })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('uses a program that comes with the editor only when PATH has none', async () => {
    const bundled = path.join(root, 'bundled');
    mkdirSync(bundled);
    script(bundled, 'echo bundled');
    const programs = { tool: path.join(bundled, 'tool') };
    expect((await commands({ programs }).run('x', { signal })).output).toBe('bundled\n');
    script(bin, 'echo path');
    expect((await commands({ programs }).run('x', { signal })).output).toBe('path\n');
  });

  it('[P8] hands on no secret, nothing that loads code, and no PATH into the workspace', async () => {
    script(bin, 'env');
    const environment = { PATH: `${workspace}/bin:${bin}:/usr/bin:/bin`, HOME: '/home/me', LANG: 'C', GITHUB_TOKEN: 's', AWS_SECRET_ACCESS_KEY: 's', NODE_OPTIONS: '--require ./e.js', LD_PRELOAD: './e.so', GIT_DIR: 'x', BASH_ENV: './e', PYTHONPATH: '.', GOPATH: `${workspace}/go`, HTTPS_PROXY: 'http://u:p@h' };
    const { output } = await commands({ environment }).run('x', { signal });
    const names = output.split('\n').map((line) => line.split('=')[0]);
    expect(names).toEqual(expect.arrayContaining(['HOME', 'LANG', 'PATH']));
    for (const name of ['GITHUB_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'NODE_OPTIONS', 'LD_PRELOAD', 'GIT_DIR', 'BASH_ENV', 'PYTHONPATH', 'GOPATH', 'HTTPS_PROXY']) expect(names).not.toContain(name);
    expect(output).not.toContain(workspace + '/bin');
  });

  it('kills the command and all it started at the time limit, those that ignore SIGTERM and those that left the group too', async () => {
    script(bin, `trap '' TERM; echo $$ >> ../pids; (trap '' TERM; sleep 60) & echo $! >> ../pids; setsid sleep 60 & echo $! >> ../pids; sleep 60`);
    await expect(commands().run('x', { signal, timeoutSeconds: 1 })).rejects.toMatchObject({ code: 'timeout' });
    expect(await gone(path.join(root, 'pids'))).toBe(true);
  });

  it('[P12] has seen the end of a command that ignores the gentle signal when dispose resolves', async () => {
    script(bin, `trap '' TERM; echo $$ > ${root}/pids; echo started; while :; do sleep 0.1; done`);
    const closing = commands();
    const started = Promise.withResolvers<undefined>();
    const run = closing.run('x', { signal, onOutput: () => started.resolve(undefined) }).catch((error: unknown) => error);
    await started.promise;
    await closing.dispose();
    expect(alive(readFileSync(`${root}/pids`, 'utf8').trim())).toBe(false);
    expect(await run).toMatchObject({ code: 'cancelled' });
    await closing.dispose();
  });

  it('kills on cancel, and on dispose, after which nothing starts', async () => {
    script(bin, 'echo $$ >> ../pids; echo ready; sleep 60');
    const stop = new AbortController();
    await expect(commands().run('x', { signal: stop.signal, onOutput: () => stop.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    const closing = commands();
    await expect(closing.run('x', { signal, onOutput: () => void closing.dispose() })).rejects.toMatchObject({ code: 'cancelled' });
    await closing.dispose();
    await expect(closing.run('x', { signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(await gone(path.join(root, 'pids'))).toBe(true);
  });

  it('leaves nothing running behind a command that ends', async () => {
    script(bin, 'sleep 60 & echo $! >> ../pids; setsid sleep 60 > /dev/null 2>&1 & echo $! >> ../pids; exit 0');
    expect(await commands().run('x', { signal })).toMatchObject({ exitCode: 0 });
    expect(await gone(path.join(root, 'pids'))).toBe(true);
  });

  it('keeps both ends of a flood, counts the rest, and stops showing it live', async () => {
    script(bin, 'echo first; head -c 3000000 /dev/zero | tr "\\0" x; echo; echo last');
    let live = 0;
    const { output, cut } = await commands().run('x', { signal, onOutput: (chunk) => void (live += chunk.length) });
    expect(output.length).toBeLessThan(100_100);
    expect(output.startsWith('first\n') && output.endsWith('\nlast\n')).toBe(true);
    expect([cut, live]).toEqual([3_000_000 + 12 - 100_000, 100_000]);
  });

  it('asks the guard again, and runs nothing that it refuses', async () => {
    script(bin, 'touch ran');
    await expect(commands().run('no', { signal })).rejects.toMatchObject({ code: 'denied', message: 'Never.', next: 'Stop.' });
    expect(existsSync(path.join(workspace, 'ran'))).toBe(false);
  });

  it('runs git only with a configuration that can be read', async () => {
    script(bin, 'exit 128', 'git');
    await expect(commands({ guard: guardFor(workspace, 'git') }).run('x', { signal })).rejects.toMatchObject({ code: 'io' });
  });
});
