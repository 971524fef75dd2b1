import type { SandboxLanguage } from '../ports/sandbox.js';
import { limits } from './limits.js';

/** The label that marks a container as ours. Its value names the owner (owner.ts). */
export const ownerLabel = 'dev.axon.sandbox.owner';

/** The part of the engine's create request that we use, in the engine's words (Docker Engine API 1.41, ContainerCreate). */
export type ContainerSpec = ReturnType<typeof containerSpec>;

/**
 * The container for one run, as data: every limit is in here, nothing is left to a default that an engine's owner may
 * have changed. The seccomp profile is the exception: naming none gives the engine's own, and engine-limits.ts refuses
 * an engine without one. `runtime` is one that the engine offers (engine-runtime.ts); absent, the engine takes its default.
 */
export function containerSpec(image: string, language: SandboxLanguage, owner: string, runtime?: string) {
  return {
    Image: image,
    Entrypoint: ['/bin/sh', '/usr/local/lib/axon/run.sh'],
    Cmd: [language],
    User: limits.user,
    WorkingDir: '/tmp',
    Hostname: 'sandbox',
    Domainname: '',
    Env: [
      'HOME=/tmp', 'LANG=C.UTF-8', 'PATH=/usr/local/bin:/usr/bin:/bin', 'TMPDIR=/tmp',
      // Modules among the files that the program was given; no cache of compiled ones beside them.
      'PYTHONPATH=/tmp/work:/usr/local/lib/axon', 'PYTHONDONTWRITEBYTECODE=1',
      'MPLBACKEND=module://axon_figures', 'MPLCONFIGDIR=/tmp/.matplotlib',
      // A thread for each of the machine's processors would only fight for the half of one that there is.
      'OPENBLAS_NUM_THREADS=1', 'OMP_NUM_THREADS=1',
    ],
    Labels: { [ownerLabel]: owner },
    Tty: false,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      AutoRemove: false, // Removed by us, after it was asked whether memory ran out.
      Binds: [],
      CapAdd: [],
      CapDrop: ['ALL'],
      CgroupnsMode: 'private' as const,
      Devices: [],
      // With no network the engine would still copy the host's resolver file, and with it the names of its networks.
      Dns: ['127.0.0.1'],
      DnsSearch: ['.'],
      ExtraHosts: [],
      GroupAdd: [],
      IpcMode: 'private',
      Links: [],
      // Output is read from the attached stream; a log would fill the host's disk.
      LogConfig: { Type: 'none', Config: {} },
      Memory: limits.memoryBytes,
      MemorySwap: limits.memoryBytes,
      Mounts: [],
      NanoCpus: limits.nanoCpus,
      NetworkMode: 'none',
      OomKillDisable: false,
      OomScoreAdj: 1000, // When the host itself runs short, this goes first.
      PidMode: '',
      PidsLimit: limits.pids,
      PortBindings: {},
      Privileged: false,
      PublishAllPorts: false,
      ReadonlyRootfs: true,
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
      ...(runtime !== undefined && { Runtime: runtime }),
      SecurityOpt: ['no-new-privileges'],
      ShmSize: limits.sharedMemoryBytes,
      Tmpfs: { '/tmp': `rw,noexec,nosuid,nodev,size=${limits.tmpBytes},nr_inodes=${limits.tmpFiles},mode=1777` },
      Ulimits: [
        { Name: 'core', Soft: 0, Hard: 0 },
        { Name: 'fsize', Soft: limits.tmpBytes, Hard: limits.tmpBytes },
        { Name: 'nofile', Soft: limits.openFiles, Hard: limits.openFiles },
      ],
      UTSMode: '',
      VolumesFrom: [],
    },
  };
}
