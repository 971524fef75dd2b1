import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { locateWasm } from '../../fixtures/audit/open-log.js';
import { bundleChild } from '../../fixtures/audit/window-process.js';

/** Root mounts in a namespace of its own mounts; others need one of users besides. Both end with the process. */
const unshare = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
const canMount = ((): string => {
  try {
    execFileSync('unshare', [...unshare, 'sh', '-c', 'mount -t tmpfs -o size=64k tmpfs /mnt'], { stdio: 'pipe' });
    return '';
  } catch (error) {
    return String(error);
  }
})();

test.runIf(process.platform === 'linux')('a file system for the tests can be mounted', (context) => {
  if (canMount !== '' && process.env['CI'] !== 'true' && process.env['AXON_REQUIRE_ALL'] !== '1') context.skip(`this machine lets nobody mount: ${canMount}`);
  expect(canMount).toBe('');
});

test.runIf(process.platform === 'linux' && canMount === '')('[P5] on a disk that is full, read-only or gone nothing runs unrecorded, the person is told why, and it goes on when the cause is gone', { timeout: 60_000 }, async () => {
  const child = await bundleChild('disk-child');
  const mount = mkdtempSync(path.join(os.tmpdir(), 'axon-disk-'));
  mkdirSync(path.join(mount, 'below'));
  try {
    // 1 MiB is plenty for the log, and soon full.
    const { stdout, stderr } = spawnSync('unshare', [...unshare, 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" "$3" "$4"', 'sh', mount, process.execPath, child, JSON.stringify({ mount, wasm: locateWasm() })], { encoding: 'utf8', timeout: 50_000 });
    expect(stderr).toBe('');
    const steps = stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    const whole = ['tool_requested', 'tool_approved', 'tool_executed'];
    const well = { state: 'done', text: 'ran', recorded: whole, findings: [], problems: [] };
    expect(steps).toMatchObject([
      { step: 'at first', ...well, ran: 1 },
      { step: 'the disk is full', state: 'failed', text: expect.stringMatching(/disk is full.*Free some space/s) as string, ran: 1, recorded: [], findings: [] },
      { step: 'folding on a full disk', failed: expect.stringMatching(/ENOSPC|io/) as string, free: 0 },
      { step: 'there is room again', ...well, problems: expect.anything() as string[], ran: 2 },
      { step: 'folding at last', folded: expect.any(Number) as number },
      { step: 'the disk is read-only', state: 'failed', text: expect.stringMatching(/can't be written to.*Make the editor's data folder writable/s) as string, ran: 2, recorded: [], findings: [] },
      { step: 'the disk is writable again', ...well, problems: expect.anything() as string[], ran: 3 },
      // The log goes on where its folder is now, and what is missing is told.
      { step: 'the disk is gone', state: 'done', ran: 4, recorded: whole, problems: expect.arrayContaining(['disturbed']) as string[], findings: expect.arrayContaining(['removed']) as string[] },
    ]);
  } finally {
    rmSync(child, { force: true });
    rmSync(mount, { recursive: true, force: true });
  }
});
