import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import os from 'node:os';
import { openSandbox, type OpenSandbox } from './lib/open-sandbox.js';

/** Runs each attempt apart and prints the name of the error, or `worked`. */
const attempts = (list: readonly string[]) => `
import ctypes, os, socket, errno
libc = ctypes.CDLL(None, use_errno=True)
def call(*args):
    if libc.syscall(*args) == -1: raise OSError(ctypes.get_errno(), "")
def attempt(name, work):
    try: work(); print(name, "worked")
    except OSError as e: print(name, errno.errorcode.get(e.errno, e.errno))
${list.join('\n')}
`;

describe('the walls of the sandbox, on a real engine', () => {
  let box: OpenSandbox;
  beforeAll(async () => { box = await openSandbox(); });
  afterEach(async () => { expect(await box.containers()).toEqual([]); });
  afterAll(async () => { await box.close(); });

  it('[P9] has no network: no interface, no route, no name, no address', async () => {
    const { output } = await box.python(attempts([
      'print(sorted(os.listdir("/sys/class/net")), open("/proc/net/route").read().count("\\n"))',
      'connect = lambda family, address: socket.socket(family).connect(address)',
      'attempt("ipv4", lambda: connect(socket.AF_INET, ("1.1.1.1", 80)))',
      'attempt("ipv6", lambda: connect(socket.AF_INET6, ("2606:4700:4700::1111", 80)))',
      'attempt("bridge", lambda: connect(socket.AF_INET, ("172.17.0.1", 22)))',
      'attempt("metadata", lambda: connect(socket.AF_INET, ("169.254.169.254", 80)))',
      'attempt("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))',
      'attempt("packet", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))',
      'try: socket.getaddrinfo("example.com", 80); print("name worked")\nexcept socket.gaierror: print("name unknown")',
    ]));
    expect(output).toBe("['lo'] 1\nipv4 ENETUNREACH\nipv6 ENETUNREACH\nbridge ENETUNREACH\nmetadata ENETUNREACH\nraw EPERM\npacket EPERM\nname unknown\n".replace('ipv6 ENETUNREACH', /ipv6 \w+/.exec(output)?.[0] ?? ''));
    expect(output).toMatch(/^ipv6 (ENETUNREACH|EADDRNOTAVAIL|EAFNOSUPPORT)$/m);
  });

  it('[P9] can’t reach what listens on the host, by loopback or abstract socket', async () => {
    const { createServer } = await import('node:net');
    const name = `axon-test-${process.pid}`;
    const servers = [createServer(), createServer()];
    await new Promise<void>((resolve) => servers[0]!.listen(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => servers[1]!.listen({ path: `\0${name}` }, resolve));
    try {
      const { port } = servers[0]!.address() as { port: number };
      const { output } = await box.python(attempts([
        `attempt("tcp", lambda: socket.create_connection(("127.0.0.1", ${port}), 2))`,
        `attempt("abstract", lambda: socket.socket(socket.AF_UNIX).connect("\\0${name}"))`,
      ]));
      expect(output).toBe('tcp ECONNREFUSED\nabstract ECONNREFUSED\n');
    } finally {
      for (const server of servers) server.close();
    }
  });

  it('[P9] is an unprivileged user without one capability, and can’t get any', async () => {
    const { output } = await box.python(attempts([
      'print(os.getuid(), os.getgid(), os.getgroups())',
      'print({l.split()[0]: l.split()[1] for l in open("/proc/self/status") if l.startswith(("Cap", "NoNewPrivs", "Seccomp:"))})',
      'attempt("setuid", lambda: os.setuid(0))',
      'attempt("chown", lambda: (open("/tmp/a", "w").close(), os.chown("/tmp/a", 0, 0)))',
      'print([p for d in ("/usr", "/bin", "/sbin", "/var", "/etc") for r, _, f in os.walk(d) for p in (os.path.join(r, n) for n in f) if not os.path.islink(p) and os.stat(p).st_mode & 0o6000])',
    ]));
    const zero = '0000000000000000';
    expect(output).toBe(`65532 65532 [65532]\n{'CapInh:': '${zero}', 'CapPrm:': '${zero}', 'CapEff:': '${zero}', 'CapBnd:': '${zero}', 'CapAmb:': '${zero}', 'NoNewPrivs:': '1', 'Seccomp:': '2'}\nsetuid EPERM\nchown EPERM\n[]\n`.replace('[65532]', /\[(65532)?\]/.exec(output)?.[0] ?? '-'));
  });

  it('[P9] writes nowhere but /tmp and /dev/shm, and runs nothing from there', async () => {
    const { output } = await box.python(attempts([
      `
writable = set()
for root, dirs, _ in os.walk("/"):
    dirs[:] = [d for d in dirs if not (root == "/" and d in ("proc", "sys"))]
    try:
        with open(os.path.join(root, ".axon-probe"), "w"): pass
        writable.add(root)
    except OSError: pass
print(sorted(writable))`,
      'for folder in ("/tmp", "/dev/shm"):\n    p = folder + "/x"\n    open(p, "w").write("#!/bin/sh\\necho ran\\n"); os.chmod(p, 0o7755)\n    attempt("exec " + folder, lambda: os.execv(p, [p]))',
      'attempt("node", lambda: os.mknod("/tmp/sda", 0o60600, os.makedev(8, 0)))',
    ]));
    expect(output).toBe("['/dev/mqueue', '/dev/shm', '/tmp', '/tmp/.matplotlib', '/tmp/work', '/tmp/work/results']\nexec /tmp EACCES\nexec /dev/shm EACCES\nnode EPERM\n".replace("'/dev/mqueue', ", output.includes('/dev/mqueue') ? "'/dev/mqueue', " : ''));
  });

  it('[P9] can’t change the kernel through /proc or /sys, nor see the host’s processes', async () => {
    const { output } = await box.python(attempts([
      ...['/proc/sys/kernel/core_pattern', '/proc/sys/vm/overcommit_memory', '/proc/sysrq-trigger', '/proc/1/mem', '/proc/1/oom_score_adj', '/sys/kernel/uevent_helper', '/sys/fs/cgroup/cgroup.procs', '/sys/fs/cgroup/memory/memory.limit_in_bytes', '/proc/kcore']
        .map((file) => `attempt("${file}", lambda: os.close(os.open("${file}", os.O_WRONLY)))`),
      'print(max(int(p) for p in os.listdir("/proc") if p.isdigit()) < 32)',
      'print([f for f in ("/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/sched_debug") if os.path.exists(f) and os.path.isfile(f) and os.access(f, os.R_OK) and open(f).read(1)])',
    ]));
    expect(output).not.toContain('worked');
    expect(output.trim().split('\n').slice(-2)).toEqual(['True', '[]']);
  });

  it.runIf(process.arch === 'x64')('[P9] is refused the system calls that break out of containers', async () => {
    const { output } = await box.python(attempts([
      'attempt("mount", lambda: call(165, b"none", b"/tmp", b"tmpfs", 0, None))',
      'attempt("unshare user", lambda: call(272, 0x10000000))',
      'attempt("unshare net", lambda: call(272, 0x40000000))',
      'attempt("bpf", lambda: call(321, 0, 0, 0))',
      'attempt("keyctl", lambda: call(250, 0, 0, 0))',
      'attempt("add_key", lambda: call(248, b"user", b"a", b"b", 1, -3))',
      'attempt("userfaultfd", lambda: call(323, 0))',
      'attempt("perf", lambda: call(298, 0, 0, -1, -1, 0))',
      'attempt("open_by_handle_at", lambda: call(304, 0, 0, 0))',
      'attempt("reboot", lambda: call(169, 0, 0, 0))',
      'attempt("init_module", lambda: call(175, 0, 0, b""))',
      'attempt("chroot", lambda: os.chroot("/tmp"))',
      'attempt("sethostname", lambda: socket.sethostname("x"))',
      'attempt("settime", lambda: __import__("time").clock_settime(0, 0))',
      'attempt("nice", lambda: os.setpriority(os.PRIO_PROCESS, 0, -5))',
    ]));
    expect(output.trim().split('\n')).toHaveLength(15);
    for (const line of output.trim().split('\n')) expect(line).toMatch(/ (EPERM|EACCES|ENOSYS)$/);
  });

  it.runIf(process.arch === 'x64')('[P9] can’t trace, read or write the process that holds its time limit', async () => {
    const { output } = await box.python(attempts([
      'attempt("attach", lambda: call(101, 16, 1, 0, 0))',
      'attempt("seize", lambda: call(101, 0x4206, 1, 0, 0))',
      'attempt("vm_readv", lambda: call(310, 1, 0, 0, 0, 0, 0))',
      'attempt("read", lambda: os.open("/proc/1/mem", os.O_RDONLY))',
      'attempt("write", lambda: os.open("/proc/1/mem", os.O_RDWR))',
      'attempt("pidfd_getfd", lambda: call(438, os.pidfd_open(1), 0, 0))',
    ]));
    expect(output.trim().split('\n')).toHaveLength(6);
    for (const line of output.trim().split('\n')) expect(line).toMatch(/ (EPERM|EACCES|ENOSYS)$/);
  });

  it('[P9] knows nothing of the host: no mount, no name, no environment', async () => {
    process.env['AXON_TEST_SECRET'] = 'must-not-be-seen';
    try {
      const { output } = await box.python(`
import os, socket
print(sorted(os.environ)); print(socket.gethostname())
print(sorted(l.split()[1] for l in open("/proc/mounts") if l.split()[2] not in ("proc", "sysfs", "cgroup", "cgroup2", "tmpfs", "devpts", "mqueue")))
print(open("/etc/resolv.conf").read(), open("/etc/hosts").read(), open("/proc/self/cgroup").read())
print(os.path.exists("/var/run/docker.sock"), os.listdir("/mnt"), os.listdir("/home"), os.listdir("/media"))
print([n for n in os.listdir("/dev") if n.startswith(("sd", "vd", "nvme", "kvm", "mem", "kmsg", "fuse", "dri"))])`);
      const lines = output.split('\n');
      expect(lines[0]).toBe("['HOME', 'HOSTNAME', 'LANG', 'MPLBACKEND', 'MPLCONFIGDIR', 'OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'PATH', 'PWD', 'PYTHONDONTWRITEBYTECODE', 'PYTHONPATH', 'TMPDIR']");
      expect(lines[1]).toBe('sandbox');
      expect(lines[2]).toBe("['/', '/etc/hostname', '/etc/hosts', '/etc/resolv.conf']");
      expect(output).toContain('False [] [] []\n[]\n');
      expect(output).not.toContain('must-not-be-seen');
      expect(output).not.toMatch(new RegExp(`\\b${os.hostname()}\\b`));
      expect(output).not.toMatch(/search |options |\/docker\//);
    } finally {
      delete process.env['AXON_TEST_SECRET'];
    }
  });

  it('[P9] shares nothing between two runs', async () => {
    expect((await box.python('open("/tmp/left", "w").write("x"); open("/dev/shm/left", "w").write("x")')).exitCode).toBe(0);
    expect((await box.python('import os; print(sorted(os.listdir("/tmp")), os.listdir("/tmp/work"), os.listdir("/dev/shm"))')).output).toBe("['.matplotlib', 'main.py', 'work'] ['results'] []\n");
  });
});
