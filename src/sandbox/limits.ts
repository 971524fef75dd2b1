import { mostInputBytes } from '../ports/sandbox.js';

/** What one run in the sandbox may use. Promised in SECURITY.md; each is proved in test/docker by trying to break it. */
export const limits = {
  /** Memory and swap together, so that there is no swap on top; files in /tmp and /dev/shm count too. */
  memoryBytes: 256 * 1024 * 1024,
  /** Billionths of a processor: half of one. */
  nanoCpus: 500_000_000,
  /** Processes and threads. */
  pids: 64,
  /** Wall time; a job can only ask for less. */
  seconds: 60,
  tmpBytes: 64 * 1024 * 1024,
  tmpFiles: 4096,
  sharedMemoryBytes: 16 * 1024 * 1024,
  openFiles: 1024,
  outputCharacters: 10_000,
  /** Code that prints more than this is killed: it would only keep the engine and the editor busy. */
  outputBytes: 8 * 1024 * 1024,
  /** Bytes of all files that a program is given. */
  inputBytes: mostInputBytes,
  inputFiles: 100,
  /** What is taken from the result folder; more is left out, and said. */
  resultBytes: 20 * 1024 * 1024,
  resultFileBytes: 10 * 1024 * 1024,
  resultFiles: 50,
  /** For handing the results over, after the program's end. */
  resultSeconds: 10,
  /** Runs at the same time in one window. */
  parallel: 3,
  /** Minutes without a run after which no container is kept ready. */
  idleMinutes: 5,
  /** Unprivileged, made in the Dockerfile. */
  user: '65532:65532',
} as const;
