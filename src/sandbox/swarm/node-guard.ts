import { limits } from '../limits.js';

/** What the guard insists on beyond what every engine can hold. */
export interface GuardedLimits {
  readonly noNewPrivileges: boolean;
}

/** Exit code of a task whose node doesn't hold what was asked for. Its standard error has a line `refused NAME`. */
export const refusalCode = 126;

/**
 * What a task runs: it looks at its own surroundings first, and hands over to the image's run.sh only when the node holds
 * what the service asks for. A manager can't tell that of its nodes: an engine drops a limit that its kernel doesn't
 * offer, and only writes so into its log. Nothing of the program has been read by then.
 * Only the shell's own words, so that nothing in it depends on the image.
 */
export function guardCommand({ noNewPrivileges }: GuardedLimits, programFile: string): readonly string[] {
  return ['/bin/sh', '-c', script(noNewPrivileges, programFile), 'guard'];
}

const script = (noNewPrivileges: boolean, programFile: string): string => `set -eu
no() { echo "refused $1" >&2; exit ${refusalCode}; }
first() { for each; do if [ -r "$each" ]; then read -r value rest < "$each"; return; fi; done; value=none; }
most() { case $value in *[!0-9]*|'') no "$2";; esac; [ "$value" -le "$1" ] || no "$2"; }
seccomp=0 privileges=0 capabilities=x user=x
while read -r name value rest; do case $name in
  Uid:) user="$value $rest";; CapBnd:) capabilities=$value;; NoNewPrivs:) privileges=$value;; Seccomp:) seccomp=$value;;
esac; done < /proc/self/status
for each in $user; do [ "$each" = ${limits.user.split(':')[0] ?? ''} ] || no user; done
[ "$capabilities" = 0000000000000000 ] || no capabilities
[ "$seccomp" = 2 ] || no seccomp
${noNewPrivileges ? '[ "$privileges" = 1 ] || no no-new-privileges' : ': "$privileges"'}
cgroup=/sys/fs/cgroup
first $cgroup/memory.max $cgroup/memory/memory.limit_in_bytes; most ${limits.memoryBytes} memory
first $cgroup/pids.max $cgroup/pids/pids.max; most ${limits.pids} pids
first $cgroup/cpu.max $cgroup/cpu/cpu.cfs_quota_us $cgroup/cpu,cpuacct/cpu.cfs_quota_us; most ${limits.nanoCpus / 10_000} cpu
root='' tmp='' shm=''
while read -r device target type options rest; do case $target in
  /) root=$options;; /tmp) tmp=$type,$options;; /dev/shm) shm=$type,$options;;
esac; done < /proc/mounts
case ,$root, in *,ro,*) ;; *) no read-only-root;; esac
for each in "$tmp" "$shm"; do for option in tmpfs nosuid nodev noexec; do
  case ",$each," in *",$option,"*) ;; *) no temporary-files;; esac
done; done
case $tmp in *,size=${limits.tmpBytes / 1024}k*) ;; *) no temporary-files;; esac
while read -r device target rest; do [ "$target" != 00000000 ] || no network; done < /proc/net/route
exec /bin/sh /usr/local/lib/axon/run.sh "$1" base64 < ${programFile}
`;

const meanings: Readonly<Record<string, string>> = {
  user: 'the unprivileged user',
  capabilities: 'taking every capability away',
  seccomp: 'the filter of system calls (seccomp)',
  'no-new-privileges': 'no new privileges',
  memory: 'the memory limit',
  pids: 'the number of processes',
  cpu: 'the limit of processor time',
  'read-only-root': 'a root that can’t be written to',
  'temporary-files': 'the limits of /tmp and /dev/shm',
  network: 'a network without a way out',
};

/** What the node doesn't hold, for a person; undefined for a text that is no refusal. */
export function refusedLimit(standardError: string): string | undefined {
  const [, name = ''] = /^refused ([a-z-]{1,40})$/m.exec(standardError) ?? [];
  return name === '' ? undefined : (meanings[name] ?? name);
}
