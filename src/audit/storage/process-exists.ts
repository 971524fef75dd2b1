import { codeOf } from '../../errors.js';

/** True when a process of this number runs on this machine; it may be another one than the one that had it before. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there, but somebody else's.
    return codeOf(error) === 'EPERM';
  }
}
