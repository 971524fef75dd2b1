import type { EngineFacts } from './engine.js';

/**
 * The limits that this engine would silently leave out, for a person; empty when it holds them all. An engine drops a
 * limit that its kernel doesn't offer and only mentions it in a warning, so it has to be asked first.
 */
export function missingLimits(engine: EngineFacts): string[] {
  const missing: string[] = [];
  if (engine.OSType !== undefined && engine.OSType !== 'linux') return [`Linux containers (it runs ${engine.OSType} containers)`];
  // Podman's `true` is about the kernel. Without root's rights it has what was delegated to it, and with cgroup v1 nothing.
  const none = engine.Rootless === true && engine.CgroupVersion !== '2';
  const controls = (name: string) => !none && (engine.isPodman !== true || (engine.controllers ?? []).includes(name));
  if (engine.MemoryLimit !== true || !controls('memory')) missing.push('memory');
  if (engine.SwapLimit !== true || !controls('memory')) missing.push('swap');
  if (engine.CpuCfsQuota !== true || !controls('cpu')) missing.push('processor time');
  if (engine.PidsLimit !== true || !controls('pids')) missing.push('number of processes');
  const seccomp = (engine.SecurityOptions ?? []).find((each) => each.startsWith('name=seccomp'));
  if (seccomp === undefined || seccomp.includes('unconfined')) missing.push('system calls (seccomp)');
  return missing;
}
