import type { SandboxResult } from '../../ports/sandbox.js';
import { limits } from '../limits.js';
import type { ProgramEnd } from '../report-reader.js';

/** What stopped the wait for a run whose task began. */
export type RunEnd =
  | { readonly type: 'ended'; readonly exitCode: number }
  | { readonly type: 'lost'; readonly why: string }
  /** It ended, and the node could not hand over what was said about that. */
  | { readonly type: 'unread' }
  | { readonly type: 'timeout' }
  | { readonly type: 'flood'; readonly of: string };

/** The clocks of a manager and its nodes are read with some delay. */
const slack = 500;
/** The kernel ends a program a little below its limit. */
const nearlyAll = 0.95 * limits.memoryBytes;

/**
 * How a run ended, for a person. A manager doesn't tell whether memory ran out: it is concluded from a kill and the most
 * memory that was in use. `told` is what the shell beside the program says; it is missing when that was killed too.
 */
export function explainEnd(end: RunEnd, told: ProgramEnd | undefined, milliseconds: number, seconds: number): Pick<SandboxResult, 'ended' | 'exitCode' | 'reason'> {
  if (end.type === 'flood') return { ended: 'killed', exitCode: null, reason: `it printed more than ${end.of}` };
  if (end.type === 'lost' && !told) return { ended: 'killed', exitCode: null, reason: end.why };
  const isLate = milliseconds >= seconds * 1000 - slack;
  if (end.type === 'unread' && !told) return isLate ? { ended: 'timeout', exitCode: null } : { ended: 'killed', exitCode: null, reason: 'it printed more than its node could hand over' };
  if (end.type === 'timeout' && !told) return { ended: 'timeout', exitCode: null };
  const exitCode = told?.exitCode ?? (end.type === 'ended' ? end.exitCode : 0);
  if (!told && exitCode === 0) return { ended: 'killed', exitCode: null, reason: 'the shell that watches it did not tell how it ended' };
  if (!told && exitCode <= 128) return { ended: 'killed', exitCode: null, reason: `it could not be begun; its container ended with exit code ${exitCode}` };
  if (!told && exitCode !== 137) return { ended: 'killed', exitCode: null, reason: 'its node’s engine ended it' };
  if (exitCode !== 137) return { ended: 'exited', exitCode };
  if (isLate) return { ended: 'timeout', exitCode: null };
  if ((told?.peakMemory ?? 0) >= nearlyAll) return { ended: 'out-of-memory', exitCode };
  const reason = told?.peakMemory === undefined ? 'a kill signal ended it; whether for want of memory, a swarm doesn’t tell' : 'a kill signal ended it';
  return { ended: 'killed', exitCode, reason };
}
