import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { currentOwner, isGone, ownerText, parseOwner } from '../../../src/sandbox/owner.js';

describe('the owner of a container', () => {
  it('is read back from its label, and nothing else is taken for one', async () => {
    const me = await currentOwner();
    expect(parseOwner(ownerText(me))).toEqual(me);
    for (const text of ['', 'x', `${'0'.repeat(16)}.1`, `${'0'.repeat(16)}.-1.1`]) expect(parseOwner(text)).toBeUndefined();
  });

  it('is gone when its process ended or its number was given to another, and never when it can’t be known', async () => {
    const me = await currentOwner();
    const child = spawn('true');
    await once(child, 'exit');
    expect(await isGone(me, me)).toBe(false);
    expect(await isGone({ ...me, pid: child.pid! }, me)).toBe(true);
    expect(await isGone({ ...me, start: '1' }, me)).toBe(true);
    expect(await isGone({ ...me, machine: '0'.repeat(16), pid: child.pid! }, me)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('is gone when its process is dead and only not collected yet', async () => {
    const me = await currentOwner();
    // The shell starts a child, becomes a program that never collects it, and the child ends.
    const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 5'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [first] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(first.toString());
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const owner = { ...me, pid, start: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]! };
    expect(await isGone(owner, me)).toBe(false);
    await expect.poll(() => isGone(owner, me), { timeout: 4000 }).toBe(true);
    expect(await readFile(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
    parent.kill();
  });
});
