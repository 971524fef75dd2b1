import type Docker from 'dockerode';
import type { ContainerSpec } from './container-spec.js';

/** What differs on Podman, for a person. */
export const podmanNotes: readonly string[] = [
  'Podman has no limit for the number of files in /tmp: the memory limit bounds them.',
  'Podman’s own filter of system calls lets code make user namespaces, which Docker’s doesn’t; `seccomp_profile` in its containers.conf can name a stricter one.',
  'Podman copies the names in this engine’s /etc/hosts into each container, unless `no_hosts = true` stands in its containers.conf.',
];

/** In `/run` and `/var/tmp` Podman puts folders that can be written to and run from, whatever was said of the root. */
const closed = 'ro,noexec,nosuid,nodev,size=4k,mode=555';

/**
 * The same container in the words that Podman's Docker-compatible API takes: it knows no `nr_inodes`. Unless told, it asks
 * for a limit of a million processes of the user, which a service with fewer rights may not give.
 */
export function podmanSpec(spec: ContainerSpec) {
  const { HostConfig } = spec;
  const tmpfs = Object.entries(HostConfig.Tmpfs).map(([folder, options]) => [folder, options.replace(/,nr_inodes=\d+/, '')]);
  return {
    ...spec,
    HostConfig: {
      ...HostConfig,
      Tmpfs: { '/run': closed, '/var/tmp': closed, ...(Object.fromEntries(tmpfs) as Record<string, string>) },
      Ulimits: [...HostConfig.Ulimits, { Name: 'nproc', Soft: userProcesses, Hard: userProcesses }],
    },
  };
}

/** Of all containers of this kind together; the limit for one is that of its cgroup. */
const userProcesses = 2048;

/** The cgroup controllers that its containers have, by Podman's own API: what `GET /info` says is about the kernel. */
export async function podmanControllers(docker: Docker): Promise<readonly string[]> {
  const modem = docker.modem as { dial(options: object, callback: (error: Error | null, answer: unknown) => void): void };
  const answer = await new Promise<unknown>((resolve, reject) => {
    modem.dial({ path: '/v4.0.0/libpod/info', method: 'GET', statusCodes: { 200: true, 404: 'unknown to this version', 500: 'server error' } }, (error, found) => {
      if (error) reject(error);
      else resolve(found);
    });
  });
  const { host } = answer as { readonly host?: { readonly cgroupControllers?: unknown } };
  const controllers: unknown = host?.cgroupControllers;
  return Array.isArray(controllers) ? controllers.filter((each) => typeof each === 'string') : [];
}
