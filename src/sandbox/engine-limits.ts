import type { EngineLimits } from './engine.js';

/**
 * The limits that this engine would silently leave out, for a person; empty when it holds them all. An engine drops a
 * limit that its kernel doesn't offer and only mentions it in a warning, so it has to be asked first.
 */
export function missingLimits(engine: EngineLimits): string[] {
  const missing: string[] = [];
  if (engine.OSType !== undefined && engine.OSType !== 'linux') return [`Linux containers (it runs ${engine.OSType} containers)`];
  if (engine.MemoryLimit !== true) missing.push('memory');
  if (engine.SwapLimit !== true) missing.push('swap');
  if (engine.CpuCfsQuota !== true) missing.push('processor time');
  if (engine.PidsLimit !== true) missing.push('number of processes');
  const seccomp = (engine.SecurityOptions ?? []).find((each) => each.startsWith('name=seccomp'));
  if (seccomp === undefined || seccomp.includes('unconfined')) missing.push('system calls (seccomp)');
  return missing;
}
