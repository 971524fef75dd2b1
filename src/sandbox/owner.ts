import { createHash, randomBytes } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import os from 'node:os';

/** Names one process on one machine for good; the value of the owner label. */
export interface Owner {
  readonly machine: string;
  readonly pid: number;
  /** When the process started, in the kernel's ticks; on systems that don't tell, a random word. */
  readonly start: string;
}

/** Stands in for the start time where the system doesn't tell it; the same for everything in this process. */
const processWord = randomBytes(4).toString('hex');

export async function currentOwner(): Promise<Owner> {
  // Process numbers of another container or machine that shares the engine mean nothing here. Two laptops may have one name,
  // and two machines that were cloned one number.
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  const number = await readFile('/etc/machine-id', 'utf8').catch(() => '');
  const machine = createHash('sha256').update([os.hostname(), namespace, number, os.homedir()].join('\n')).digest('hex').slice(0, 16);
  return { machine, pid: process.pid, start: (await startOf(process.pid)) ?? processWord };
}

export function ownerText({ machine, pid, start }: Owner): string {
  return `${machine}.${pid}.${start}`;
}

export function parseOwner(text: string): Owner | undefined {
  const match = /^([0-9a-f]{16})\.(\d{1,10})\.([0-9a-f]+)$/.exec(text);
  return match ? { machine: match[1] ?? '', pid: Number(match[2]), start: match[3] ?? '' } : undefined;
}

/** True when the process that made the container certainly lives no more. */
export async function isGone(owner: Owner, me: Owner): Promise<boolean> {
  if (owner.machine !== me.machine) return false;
  if (owner.pid === me.pid) return owner.start !== me.start;
  const start = await startOf(owner.pid);
  if (start !== undefined) return start !== owner.start;
  return !exists(owner.pid);
}

/** Field 22 of /proc/PID/stat (proc(5)), or `dead` for a zombie; undefined where there is no such file. */
async function startOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? 'dead' : fields?.[19];
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
