import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/canonical.js';
import { containerSpec, jobSeconds } from '../../../src/sandbox/container-spec.js';

const job = { language: 'python', code: 'print("ü")' } as const;

describe('containerSpec', () => {
  it('[P9] is exactly this, so that no limit is lost by accident', () => {
    expect(containerSpec('axon-sandbox:1', job, 'me')).toEqual({
      Image: 'axon-sandbox:1',
      Entrypoint: ['/bin/sh', '/usr/local/lib/axon/run.sh'],
      Cmd: ['python', '11', sha256('print("ü")'), '62'],
      User: '65532:65532',
      WorkingDir: '/tmp',
      Hostname: 'sandbox',
      Domainname: '',
      Env: ['HOME=/tmp', 'LANG=C.UTF-8', 'PATH=/usr/local/bin:/usr/bin:/bin', 'TMPDIR=/tmp'],
      Labels: { 'dev.axon.sandbox.owner': 'me' },
      Tty: false,
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        AutoRemove: false,
        Binds: [],
        CapAdd: [],
        CapDrop: ['ALL'],
        CgroupnsMode: 'private',
        Devices: [],
        Dns: ['127.0.0.1'],
        DnsSearch: ['.'],
        ExtraHosts: [],
        GroupAdd: [],
        IpcMode: 'private',
        Links: [],
        LogConfig: { Type: 'none', Config: {} },
        Memory: 268_435_456,
        MemorySwap: 268_435_456,
        Mounts: [],
        NanoCpus: 500_000_000,
        NetworkMode: 'none',
        OomKillDisable: false,
        OomScoreAdj: 1000,
        PidMode: '',
        PidsLimit: 64,
        PortBindings: {},
        Privileged: false,
        PublishAllPorts: false,
        ReadonlyRootfs: true,
        RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
        SecurityOpt: ['no-new-privileges'],
        ShmSize: 16_777_216,
        Tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,size=67108864,nr_inodes=4096,mode=1777' },
        Ulimits: [
          { Name: 'core', Soft: 0, Hard: 0 },
          { Name: 'fsize', Soft: 67_108_864, Hard: 67_108_864 },
          { Name: 'nofile', Soft: 1024, Hard: 1024 },
        ],
        UTSMode: '',
        VolumesFrom: [],
      },
    });
  });

  it('[P9] never gives more than 60 seconds, whatever was asked for', () => {
    const seconds = [undefined, 5, 0, -3, 61, 1e9, Number.NaN, Number.POSITIVE_INFINITY].map((each) => jobSeconds(each === undefined ? job : { ...job, timeoutSeconds: each }));
    expect(seconds).toEqual([60, 5, 1, 1, 60, 60, 60, 60]);
  });
});
