import { describe, expect, it } from 'vitest';
import { missingLimits } from '../../../src/sandbox/engine-limits.js';

const whole = { MemoryLimit: true, SwapLimit: true, CpuCfsQuota: true, PidsLimit: true, SecurityOptions: ['name=apparmor', 'name=seccomp,profile=default'], OSType: 'linux' };

describe('missingLimits', () => {
  it('finds nothing missing on an engine that holds all', () => {
    expect(missingLimits(whole)).toEqual([]);
  });

  it('[P9] names each limit that the engine would leave out, and takes silence for a no', () => {
    expect(missingLimits({ ...whole, SwapLimit: false })).toEqual(['swap']);
    expect(missingLimits({ ...whole, SecurityOptions: ['name=seccomp,profile=unconfined'] })).toEqual(['system calls (seccomp)']);
    expect(missingLimits({ ...whole, SecurityOptions: [] })).toEqual(['system calls (seccomp)']);
    expect(missingLimits({})).toEqual(['memory', 'swap', 'processor time', 'number of processes', 'system calls (seccomp)']);
    expect(missingLimits({ ...whole, SecurityOptions: undefined } as object)).toEqual(['system calls (seccomp)']);
    expect(missingLimits({ ...whole, OSType: 'windows' })).toEqual(['Linux containers (it runs windows containers)']);
  });

  it('[P9] believes of Podman only what its containers really get', () => {
    const podman = { ...whole, isPodman: true, Rootless: true, CgroupVersion: '2', controllers: ['cpu', 'memory', 'pids'] };
    expect(missingLimits(podman)).toEqual([]);
    expect(missingLimits({ ...podman, controllers: ['memory', 'pids'] })).toEqual(['processor time']);
    expect(missingLimits({ ...podman, Rootless: false, CgroupVersion: '1' })).toEqual([]);
    for (const nothing of [{ ...podman, CgroupVersion: '1' }, { ...podman, controllers: [] }]) expect(missingLimits(nothing)).toEqual(['memory', 'swap', 'processor time', 'number of processes']);
  });
});
