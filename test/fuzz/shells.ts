import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { layout } from './layout.js';

export type Shell = 'bash' | 'dash';

/** What a shell did with a command. */
export interface Reading {
  /** The programs it started, each with its words. */
  readonly calls: readonly (readonly string[])[];
  readonly code: number;
  /** Processes more than this shell takes for one plain command. */
  readonly extraProcesses: number;
  /** True when anything but a recorder printed something. */
  readonly noise: boolean;
}

const { recorders, reading } = layout;
/** These are part of dash, where they can't be switched off. */
const builtIntoDash = new Set(['echo', 'pwd']);

/**
 * One line a call: the number of words, then the words, all ended by NUL. The format is read by `readReport`.
 * dash starts faster than anything else that can write down its words.
 */
const recorder = `#!/bin/dash
printf 'call\\0%s\\0%s\\0' "$#" "\${0##*/}" >&3
[ "$#" -eq 0 ] || printf '%s\\0' "$@" >&3
`;

/**
 * Reads triples of shell, locale and command, each ended by NUL, and runs each command in a shell of its own. It starts
 * nothing else, so that the number of the last process tells how many the command took.
 */
const driver = `
while IFS= read -r -d '' shell && IFS= read -r -d '' locale && IFS= read -r -d '' command; do
  read -r _ _ _ _ before < /proc/loadavg
  BASH_ENV=/fuzz/no-builtins LC_ALL=$locale "/bin/$shell" -c "$command" 3>&1 > /fuzz/noise 2>&1 < /dev/null
  code=$?
  read -r _ _ _ _ after < /proc/loadavg
  noise=0
  [[ -s /fuzz/noise ]] && noise=1
  printf 'end\\0%s\\0%s\\0%s\\0' "$code" "$((after - before))" "$noise"
done
`;

/** Makes a recorder of each name. Without built-in commands, bash has to start one for every command. */
export function makeRecorders(programs: readonly string[]): void {
  mkdirSync(recorders);
  writeFileSync(`${recorders}/recorder`, recorder);
  chmodSync(`${recorders}/recorder`, 0o755);
  for (const program of programs) symlinkSync('recorder', `${recorders}/${program}`);
  const builtIn = execFileSync('/bin/bash', ['-c', 'compgen -b'], { encoding: 'utf8' }).trim().split('\n');
  writeFileSync('/fuzz/no-builtins', `enable -n ${builtIn.map((name) => `'${name}'`).join(' ')}\n`);
}

/** Real shells, one process for each command, driven by one bash that lives as long as this. */
export class Shells {
  private readonly driver: ChildProcess;
  private pending = '';
  private readonly waiting: ((reading: Reading) => void)[] = [];
  private calls: string[][] = [];
  private fields: string[] = [];
  /** Processes for one plain command: some shells turn into the program, some start it. */
  private readonly usual = { bash: 0, dash: 0 };

  private constructor() {
    this.driver = spawn('/bin/bash', ['--norc', '-c', driver], {
      cwd: reading,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: recorders, HOME: layout.home },
    });
    this.driver.stdout?.setEncoding('utf8').on('data', (text: string) => this.take(text));
  }

  static async start(): Promise<Shells> {
    const shells = new Shells();
    for (const shell of ['bash', 'dash'] as const) {
      const counts = [];
      for (let times = 0; times < 5; times++) counts.push((await shells.read(shell, 'ls x', 'C')).extraProcesses);
      shells.usual[shell] = Math.min(...counts);
    }
    return shells;
  }

  static knows(shell: Shell, program: string): boolean {
    return shell === 'bash' || !builtIntoDash.has(program);
  }

  async read(shell: Shell, command: string, locale: 'C' | 'C.UTF-8'): Promise<Reading> {
    const reading = await new Promise<Reading>((resolve) => {
      this.waiting.push(resolve);
      this.driver.stdin?.write(`${shell}\0${locale}\0${command}\0`);
    });
    return { ...reading, extraProcesses: reading.extraProcesses - this.usual[shell] };
  }

  dispose(): void {
    this.driver.stdin?.end();
  }

  private take(text: string): void {
    const fields = (this.pending + text).split('\0');
    this.pending = fields.pop() ?? '';
    this.fields.push(...fields);
    for (;;) {
      const [kind, first] = this.fields;
      if (kind === 'call' && this.fields.length >= Number(first) + 3) {
        this.calls.push(this.fields.splice(0, Number(first) + 3).slice(2));
      } else if (kind === 'end' && this.fields.length >= 4) {
        const [, code, processes, noise] = this.fields.splice(0, 4);
        this.waiting.shift()?.({ calls: this.calls, code: Number(code), extraProcesses: Number(processes), noise: noise === '1' });
        this.calls = [];
      } else return;
    }
  }
}

/** Why this isn't one call of exactly these words; nothing when it is. */
export function differs({ calls, code, extraProcesses, noise }: Reading, words: readonly string[]): string | undefined {
  const [call, ...more] = calls;
  if (!call) return `started nothing of the list (exit code ${code})`;
  if (more.length > 0) return `started ${calls.length} programs: ${JSON.stringify(calls)}`;
  if (JSON.stringify(call) !== JSON.stringify(words)) return `read ${JSON.stringify(call)}, the guard ${JSON.stringify(words)}`;
  if (code !== 0 || noise) return `complained (exit code ${code})`;
  return extraProcesses === 0 ? undefined : `took ${extraProcesses} processes more than one command takes`;
}
