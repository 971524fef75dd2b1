import { describe, expect, it } from 'vitest';
import { containerSpec } from '../../../src/sandbox/container-spec.js';
import { podmanSpec } from '../../../src/sandbox/podman.js';

describe('podmanSpec', () => {
  it('[P9] leaves every limit as it is, but for what Podman can’t read, and closes what Podman opens', () => {
    const spec = containerSpec('i:1', 'python', 'me');
    const { HostConfig, ...rest } = podmanSpec(spec);
    const { Tmpfs, Ulimits, ...limits } = HostConfig;
    const { Tmpfs: before, Ulimits: ulimits, ...same } = spec.HostConfig;
    expect(rest).toEqual({ ...spec, HostConfig: undefined, ...rest });
    expect(limits).toEqual(same);
    expect(Ulimits).toEqual([...ulimits, { Name: 'nproc', Soft: 2048, Hard: 2048 }]);
    const closed = 'ro,noexec,nosuid,nodev,size=4k,mode=555';
    expect(Tmpfs).toEqual({ ...before, '/tmp': before['/tmp'].replace(',nr_inodes=4096', ''), '/run': closed, '/var/tmp': closed });
  });
});
