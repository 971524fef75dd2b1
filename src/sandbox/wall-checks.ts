import type { SandboxResult } from '../ports/sandbox.js';
import { limits } from './limits.js';

/** An attempt to get over one wall of the sandbox. */
export interface WallCheck {
  /** For a person: what it tries. */
  readonly title: string;
  /** Python. */
  readonly code: string;
  readonly timeoutSeconds: number;
  /** What stopped it; `undefined` when it got through, or did not even try. */
  readonly heldBy: (result: SandboxResult) => string | undefined;
}

/** Tries each of some things apart, and prints for each what stopped it. */
const prelude = `
import ctypes, os, socket
libc = ctypes.CDLL(None, use_errno=True)
def done(answer):
    if answer == -1: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
def opened(path): os.close(os.open(path, os.O_WRONLY))
def attempt(what, work):
    try: work()
    except OSError as e: print("held", what + ":", e.strerror or e)
    else: print("THROUGH", what)
`;

/** Holds when every one of the attempts was made and stopped. */
function attempts(title: string, ...list: readonly string[]): WallCheck {
  const heldBy = ({ ended, exitCode, output }: SandboxResult): string | undefined => {
    const lines = output.trim().split('\n');
    const held = ended === 'exited' && exitCode === 0 && lines.length === list.length && lines.every((line) => line.startsWith('held '));
    return held ? lines.map((line) => line.slice('held '.length)).join('; ') : undefined;
  };
  return { title, code: `${prelude}\n${list.join('\n')}`, timeoutSeconds: 20, heldBy };
}

const mebibytes = limits.memoryBytes / 1024 / 1024;

/** One for each wall that SECURITY.md promises (P9). None can do harm where it gets through. */
export const wallChecks: readonly WallCheck[] = [
  attempts(
    'reach the network',
    'attempt("an address outside", lambda: socket.create_connection(("1.1.1.1", 53), 2))',
    'attempt("the engine\'s bridge", lambda: socket.create_connection(("172.17.0.1", 22), 2))',
    'attempt("the cloud\'s metadata", lambda: socket.create_connection(("169.254.169.254", 80), 2))',
    'attempt("a name", lambda: socket.getaddrinfo("example.com", 80))',
    'attempt("raw packets", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))',
  ),
  attempts(
    'write outside /tmp',
    'attempt("the root", lambda: open("/axon-probe", "w"))',
    'attempt("programs", lambda: open("/usr/bin/axon-probe", "w"))',
    'attempt("settings", lambda: open("/etc/hosts", "a"))',
  ),
  attempts(
    'change the kernel',
    'attempt("what runs on a crash", lambda: opened("/proc/sys/kernel/core_pattern"))',
    'attempt("the magic key", lambda: opened("/proc/sysrq-trigger"))',
    'attempt("its own limits", lambda: opened(next(each for each in ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max") if os.path.exists(each) or each.endswith("max"))))',
    'attempt("a device", lambda: os.mknod("/tmp/disk", 0o60600, os.makedev(8, 0)))',
    'attempt("a mount", lambda: done(libc.mount(b"none", b"/mnt", b"tmpfs", 0, None)))',
  ),
  attempts(
    'become somebody else',
    'attempt("root", lambda: os.setuid(0))',
    'attempt("the owner of a file", lambda: (open("/tmp/a", "w").close(), os.chown("/tmp/a", 0, 0)))',
    'attempt("a namespace of its own", lambda: done(libc.unshare(0x10000000)))',
    'attempt("another root", lambda: os.chroot("/tmp"))',
  ),
  attempts(
    'look at what holds its time',
    'attempt("read its memory", lambda: os.close(os.open("/proc/1/mem", os.O_RDONLY)))',
    'attempt("read its files", lambda: os.listdir("/proc/1/fd"))',
    'attempt("trace it", lambda: done(libc.ptrace(16, 1, 0, 0)))',
  ),
  attempts(
    'find the machine behind it',
    'attempt("the engine\'s socket", lambda: socket.socket(socket.AF_UNIX).connect("/var/run/docker.sock"))',
    'attempt("disks", lambda: [os.stat("/dev/" + name) for name in ("sda", "vda", "nvme0n1", "kmsg", "mem")])',
    'attempt("folders of the host", lambda: os.stat("/host") if not os.listdir("/home") + os.listdir("/mnt") + os.listdir("/media") else None)',
  ),
  attempts(
    'run what it wrote',
    'open("/tmp/x", "w").write("#!/bin/sh\\n"); os.chmod("/tmp/x", 0o7755)\nattempt("a program in /tmp", lambda: os.execv("/tmp/x", ["/tmp/x"]))',
  ),
  {
    title: `take more than ${mebibytes} MB of memory`,
    code: 'parts = []\nwhile True: parts.append(bytearray(8 << 20))',
    timeoutSeconds: 20,
    heldBy: ({ ended }) => (ended === 'out-of-memory' ? `killed: ${mebibytes} MB limit` : undefined),
  },
  {
    title: 'fill the disk',
    code: 'n = 0\ntry:\n    with open("/tmp/big", "wb", buffering=0) as f:\n        while True: n += f.write(b"x" * (1 << 20))\nexcept OSError as e: print("stopped at", n >> 20, "MB:", e.strerror)',
    timeoutSeconds: 20,
    heldBy: ({ output }) => heldAt(output, limits.tmpBytes / 1024 / 1024),
  },
  {
    title: 'start processes without end',
    code: 'import os, time\nn = 1\ntry:\n    while True:\n        if os.fork() == 0: time.sleep(60)\n        n += 1\nexcept OSError as e: print("stopped at", n, "processes:", e.strerror)',
    timeoutSeconds: 20,
    heldBy: ({ output }) => heldAt(output, limits.pids),
  },
  {
    title: 'take a whole processor',
    code: 'import time\nbegin = time.monotonic()\nwhile time.monotonic() - begin < 2: pass\nprint("stopped at", round(100 * time.process_time() / (time.monotonic() - begin)), "% of one: throttled")',
    timeoutSeconds: 20,
    heldBy: ({ output }) => heldAt(output, 65),
  },
  {
    title: 'stay after its time, and ignore every signal',
    code: 'import os, signal, time\nfor each in signal.valid_signals():\n    try: signal.signal(each, signal.SIG_IGN)\n    except (OSError, ValueError): pass\nif os.fork() == 0: os.setsid()\ntime.sleep(600)',
    timeoutSeconds: 2,
    heldBy: ({ ended }) => (ended === 'timeout' ? 'killed when its time was over' : undefined),
  },
  {
    title: 'drown the editor in output',
    code: 'while True: print("x" * 100_000)',
    timeoutSeconds: 20,
    heldBy: ({ ended, output }) => (ended === 'killed' && output.length <= limits.outputCharacters ? `killed after ${limits.outputBytes / 1024 / 1024} MB, ${limits.outputCharacters} characters kept` : undefined),
  },
];

/** Of "stopped at NUMBER …", where the number is no more than may be. */
function heldAt(output: string, most: number): string | undefined {
  const [, number] = /^stopped at (\d+) /.exec(output) ?? [];
  return number !== undefined && Number(number) <= most ? output.trim() : undefined;
}
