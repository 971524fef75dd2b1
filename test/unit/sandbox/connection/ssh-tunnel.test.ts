import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SshTunnel } from '../../../../src/sandbox/connection/ssh-tunnel.js';

// A program named ssh stands for it; the real one is tried in test/docker/ssh.test.ts.
describe.runIf(process.platform !== 'win32')('SshTunnel', () => {
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(path.join(os.tmpdir(), 'axon-ssh-unit-')); });
  afterEach(async () => { await rm(folder, { recursive: true }); });

  const tunnel = async (script: string, runtime = folder) => {
    await writeFile(path.join(folder, 'ssh'), `#!/bin/sh\necho "$@" >> ${folder}/calls\n${script}\n`);
    await chmod(path.join(folder, 'ssh'), 0o755);
    return SshTunnel.create({ host: 'there' }, 'docker', { env: { PATH: `${folder}:/usr/bin:/bin`, XDG_RUNTIME_DIR: runtime }, home: os.homedir(), platform: process.platform });
  };
  const calls = async () => (await readFile(path.join(folder, 'calls'), 'utf8')).trim().split('\n');
  const controls = async () => (await readdir(folder)).filter((name) => name.startsWith('axon-ssh-'));

  it('[P17] shares one login through a socket that only this user can reach, and ends it', async () => {
    const made = await tunnel('cat');
    const [control] = await controls();
    expect((await stat(path.join(folder, control ?? ''))).mode & 0o777).toBe(0o700);
    const stream = made.open();
    stream.end('hello');
    expect(await text(stream)).toBe('hello');
    await made.dispose();
    await made.dispose();
    expect(await controls()).toEqual([]);
    const [first, last] = await calls();
    expect(first).toContain(`ControlPath=${folder}/${control ?? ''}/s`);
    expect(first).toMatch(/-- there docker system dial-stdio$/);
    expect(last).toBe(`-o ControlPath=${folder}/${control ?? ''}/s -O exit -- there`);
    expect(() => made.open()).toThrow('was closed');
  });

  it('looks for another place when the path of a socket would be too long, or mean something to ssh', async () => {
    for (const name of ['x'.repeat(90), 'a%h', 'a b', '~']) {
      const odd = path.join(folder, name);
      await mkdir(odd);
      const made = await tunnel('cat', odd);
      expect(await readdir(odd), name).toEqual([]);
      await made.dispose();
    }
  });

  it('ends what is open when it is disposed, though ssh hangs', async () => {
    const made = await tunnel('case "$*" in *exit*) exit 0;; esac; exec sleep 60');
    const stream = made.open();
    const closed = new Promise((resolve) => stream.once('close', resolve));
    await made.dispose();
    await closed;
    expect(await controls()).toEqual([]);
  });

  it('tells a missing program there from other failures', async () => {
    const missing = await tunnel('echo "sh: 1: docker: not found" >&2; exit 127');
    await expect(text(missing.open())).rejects.toMatchObject({ code: 'not-found', cause: { code: 'unavailable' } });
    await missing.dispose();
    const refused = await tunnel('echo "there: Permission denied (publickey)." >&2; exit 255');
    await expect(text(refused.open())).rejects.toMatchObject({ code: 'unavailable', message: 'there refused to let this user in over ssh.' });
    await refused.dispose();
  });
});
