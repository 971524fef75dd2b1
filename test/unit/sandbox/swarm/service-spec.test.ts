import { describe, expect, it } from 'vitest';
import { networkSpec, secretSpec, serviceSpec } from '../../../../src/sandbox/swarm/service-spec.js';

const parts = { name: 'axon-sandbox-1', image: `sha256:${'1'.repeat(64)}`, architecture: 'amd64', language: 'python', owner: 'me', networkId: 'net', secretId: 'sec', noNewPrivileges: false } as const;

describe('serviceSpec', () => {
  it('[P18] is exactly this, so that no limit is lost by accident', () => {
    const { TaskTemplate: template, ...service } = serviceSpec(parts);
    expect(service).toEqual({ Name: 'axon-sandbox-1', Labels: { 'dev.axon.sandbox.owner': 'me' }, Mode: { Replicated: { Replicas: 1 } }, EndpointSpec: { Mode: 'dnsrr', Ports: [] } });
    const { ContainerSpec: container, ...rest } = template;
    expect(rest).toEqual({
      Resources: { Limits: { MemoryBytes: 268_435_456, NanoCPUs: 500_000_000, Pids: 64 }, Reservations: { MemoryBytes: 268_435_456, NanoCPUs: 500_000_000 } },
      RestartPolicy: { Condition: 'none', MaxAttempts: 0 },
      Placement: { Constraints: [], Platforms: [{ OS: 'linux', Architecture: 'amd64' }] },
      Networks: [{ Target: 'net' }],
      LogDriver: { Name: 'local', Options: { 'max-size': '25165824', 'max-file': '3', compress: 'false' } },
      ForceUpdate: 0,
    });
    const { Command: command, Env: env, ...box } = container;
    expect(box).toEqual({
      Image: parts.image,
      Labels: { 'dev.axon.sandbox.owner': 'me' },
      Args: ['python'],
      User: '65532:65532',
      Groups: [],
      Dir: '/tmp',
      Hostname: 'sandbox',
      Hosts: [],
      Init: false,
      TTY: false,
      OpenStdin: false,
      ReadOnly: true,
      StopSignal: 'SIGKILL',
      StopGracePeriod: 1,
      HealthCheck: { Test: ['NONE'] },
      CapabilityAdd: [],
      CapabilityDrop: ['ALL'],
      Privileges: {},
      DNSConfig: { Nameservers: ['127.0.0.1'], Search: ['.'], Options: ['timeout:1', 'attempts:1'] },
      Mounts: [
        { Type: 'tmpfs', Target: '/tmp', TmpfsOptions: { SizeBytes: 67_108_864, Mode: 0o1777 } },
        { Type: 'tmpfs', Target: '/dev/shm', TmpfsOptions: { SizeBytes: 16_777_216, Mode: 0o1777 } },
      ],
      Secrets: [{ SecretID: 'sec', SecretName: 'axon-sandbox-1', File: { Name: '/run/axon-program', UID: '65532', GID: '65532', Mode: 0o400 } }],
      Configs: [],
      Ulimits: [
        { Name: 'core', Soft: 0, Hard: 0 },
        { Name: 'fsize', Soft: 67_108_864, Hard: 67_108_864 },
        { Name: 'nofile', Soft: 1024, Hard: 1024 },
      ],
    });
    expect(command.slice(0, 2)).toEqual(['/bin/sh', '-c']);
    expect(env).toContain('HOME=/tmp');
  });

  it('[P18] asks for no new privileges and for seccomp where the swarm can be asked', () => {
    const { Privileges: privileges, Command: [, , script] } = serviceSpec({ ...parts, noNewPrivileges: true }).TaskTemplate.ContainerSpec;
    expect(privileges).toEqual({ NoNewPrivileges: true, Seccomp: { Mode: 'default' } });
    expect(script).toContain('no no-new-privileges');
  });
});

describe('networkSpec', () => {
  it('[P18] has no way out, and nobody can join it', () => {
    expect(networkSpec('n', 'me')).toMatchObject({ Driver: 'overlay', Internal: true, Attachable: false, Ingress: false });
  });
});

describe('secretSpec', () => {
  it('carries the program, byte by byte', () => {
    expect(secretSpec('n', 'me', Buffer.from([0, 255, 10]))).toEqual({ Name: 'n', Labels: { 'dev.axon.sandbox.owner': 'me' }, Data: 'AP8K' });
  });
});
