import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The variable that marks every process of one run, however it detached itself. */
export const runMark = 'AXON_RUN';

export interface ProcessTree {
  readonly child: ChildProcess;
  /** The value of `runMark` in the run's environment. */
  readonly mark: string;
}

/**
 * Signals a command and everything it started: its process group, and on Linux also processes that left the group but
 * still carry the run's mark. On Windows the tree of the process, always with force.
 */
export function signalTree({ child, mark }: ProcessTree, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    const taskkill = path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'taskkill.exe');
    spawn(taskkill, ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).on('error', () => child.kill());
    return;
  }
  send(-child.pid, signal);
  if (process.platform === 'linux') for (const pid of marked(mark)) send(pid, signal);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has already ended, which is what was wanted.
  }
}

function marked(mark: string): readonly number[] {
  const wanted = `${runMark}=${mark}\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => environmentOf(pid).includes(wanted))
    .map(Number);
}

function environmentOf(pid: string): string {
  try {
    return `${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`;
  } catch {
    // Another user's process, or one that has just ended.
    return '';
  }
}
