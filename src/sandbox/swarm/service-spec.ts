import type { SandboxLanguage } from '../../ports/sandbox.js';
import { containerSpec, ownerLabel } from '../container-spec.js';
import { limits } from '../limits.js';
import { guardCommand, type GuardedLimits } from './node-guard.js';

export type ServiceSpec = ReturnType<typeof serviceSpec>;
export type NetworkSpec = ReturnType<typeof networkSpec>;
export type SecretSpec = ReturnType<typeof secretSpec>;

export interface ServiceParts {
  /** Of the service, its network and its secret alike. */
  readonly name: string;
  /** By its digest, so that every node runs the same, and none asks a registry for a name. */
  readonly image: string;
  readonly architecture: string;
  readonly language: SandboxLanguage;
  readonly owner: string;
  readonly networkId: string;
  readonly secretId: string;
  /** Whether the swarm can be asked for it (unheld-limits.ts). */
  readonly noNewPrivileges: boolean;
}

/** Bytes of a log file on the node, and how many: what a program prints and leaves has room in them. */
const logBytes = 24 * 1024 * 1024;
const logFiles = 3;

/** Where the task finds its program. */
const programFile = '/run/axon-program';

/**
 * The service for one run, as data: one task that is never started again, with every limit of `containerSpec` that a
 * service can hold (Docker Engine API 1.41, ServiceCreate). The rest is in unheld-limits.ts.
 * Not a `replicated-job`: engines up to 20.10 at least leave the task of a removed job running, and its container for ever.
 */
export function serviceSpec({ name, image, architecture, language, owner, networkId, secretId, noNewPrivileges }: ServiceParts) {
  const labels = { [ownerLabel]: owner };
  const guarded: GuardedLimits = { noNewPrivileges };
  return {
    Name: name,
    Labels: labels,
    Mode: { Replicated: { Replicas: 1 } },
    EndpointSpec: { Mode: 'dnsrr', Ports: [] },
    TaskTemplate: {
      ContainerSpec: {
        Image: image,
        Labels: labels,
        Command: guardCommand(guarded, programFile),
        Args: [language],
        User: limits.user,
        Groups: [],
        Dir: '/tmp',
        Hostname: 'sandbox',
        Hosts: [],
        Env: containerSpec(image, language, owner).Env,
        Init: false,
        TTY: false,
        OpenStdin: false,
        ReadOnly: true,
        StopSignal: 'SIGKILL',
        StopGracePeriod: 1,
        HealthCheck: { Test: ['NONE'] },
        CapabilityAdd: [],
        CapabilityDrop: ['ALL'],
        Privileges: noNewPrivileges ? { NoNewPrivileges: true, Seccomp: { Mode: 'default' } } : {},
        // The container's own loopback, where nothing answers: no question about a name leaves it (CVE-2024-29018).
        DNSConfig: { Nameservers: ['127.0.0.1'], Search: ['.'], Options: ['timeout:1', 'attempts:1'] },
        // Engines mount these with noexec, nosuid and nodev; the guard looks whether this one did.
        Mounts: [
          { Type: 'tmpfs', Target: '/tmp', TmpfsOptions: { SizeBytes: limits.tmpBytes, Mode: 0o1777 } },
          { Type: 'tmpfs', Target: '/dev/shm', TmpfsOptions: { SizeBytes: limits.sharedMemoryBytes, Mode: 0o1777 } },
        ],
        // A secret and not a config: nodes keep it in memory only, and no API call gives its content back.
        Secrets: [{ SecretID: secretId, SecretName: name, File: { Name: programFile, UID: uid, GID: gid, Mode: 0o400 } }],
        Configs: [],
        Ulimits: [
          { Name: 'core', Soft: 0, Hard: 0 },
          { Name: 'fsize', Soft: limits.tmpBytes, Hard: limits.tmpBytes },
          { Name: 'nofile', Soft: limits.openFiles, Hard: limits.openFiles },
        ],
      },
      Resources: {
        Limits: { MemoryBytes: limits.memoryBytes, NanoCPUs: limits.nanoCpus, Pids: limits.pids },
        Reservations: { MemoryBytes: limits.memoryBytes, NanoCPUs: limits.nanoCpus },
      },
      RestartPolicy: { Condition: 'none', MaxAttempts: 0 },
      Placement: { Constraints: [], Platforms: [{ OS: 'linux', Architecture: architecture }] },
      Networks: [{ Target: networkId }],
      LogDriver: { Name: 'local', Options: { 'max-size': String(logBytes), 'max-file': String(logFiles), compress: 'false' } },
      ForceUpdate: 0,
    },
  };
}

const [uid = '', gid = ''] = limits.user.split(':');

/** A network for one task: no way out, nobody else in it, and nobody can join. */
export function networkSpec(name: string, owner: string) {
  return { Name: name, Driver: 'overlay', Scope: 'swarm', Internal: true, Attachable: false, Ingress: false, EnableIPv6: false, CheckDuplicate: true, Labels: { [ownerLabel]: owner } };
}

export function secretSpec(name: string, owner: string, program: Buffer) {
  return { Name: name, Labels: { [ownerLabel]: owner }, Data: program.toString('base64') };
}
