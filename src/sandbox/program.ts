import { sha256 } from '../canonical.js';
import type { SandboxJob } from '../ports/sandbox.js';
import { limits } from './limits.js';

/** Seconds of wall time that the job gets: what it asked for, at least 1, at most the limit. */
export function jobSeconds(job: SandboxJob): number {
  const asked = job.timeoutSeconds ?? limits.seconds;
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 1), limits.seconds) : limits.seconds;
}

/**
 * What a container that waits is handed: a line with the length and the SHA-256 of the code and its time, then the code
 * (media/sandbox/run.sh reads it).
 */
export function programText(job: SandboxJob): Buffer {
  const code = Buffer.from(job.code);
  // Two seconds more than we wait: only for the case that nobody is left outside to kill it.
  const seconds = Math.ceil(jobSeconds(job)) + 2;
  return Buffer.concat([Buffer.from(`${code.byteLength} ${sha256(code)} ${seconds}\n`), code]);
}
