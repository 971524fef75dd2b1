import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { AxonError, codeOf, messageOf } from '../../errors.js';
import type { Surroundings } from './docker-endpoint.js';
import { programStream } from './program-stream.js';
import type { SshAddress } from './ssh-address.js';
import { dialCommand, sshArguments, type SshProgram } from './ssh-command.js';
import { isMissingProgram, sshFailure } from './ssh-failure.js';

/** A Unix socket's path has at most 103 bytes on macOS, and ssh appends 17 while it makes one. */
const longestControl = 103 - 17;

/** Connections to an engine on another machine, by the system's ssh. They share one login where the system can. */
export class SshTunnel {
  readonly #open = new Set<Duplex>();
  #isDisposed = false;
  #wasUsed = false;

  private constructor(
    private readonly address: SshAddress,
    private readonly program: SshProgram,
    private readonly surroundings: Surroundings,
    /** Only this user can enter it; holds the socket of the shared login. */
    private readonly folder: string | undefined,
  ) {}

  /** Nothing is connected before the first `open`. */
  static async create(address: SshAddress, program: SshProgram, surroundings: Surroundings): Promise<SshTunnel> {
    return new SshTunnel(address, program, surroundings, await controlFolder(surroundings));
  }

  /**
   * A new connection. It ends with an `AxonError`: unavailable, or not-found when the program isn't there on the other side.
   */
  open(): Duplex {
    if (this.#isDisposed) throw new AxonError('unavailable', 'The connection over ssh was closed.');
    const child = this.#ssh([...sshArguments(this.address, this.#control), ...dialCommand(this.address, this.program)]);
    const stream = programStream(child, (end) => {
      if (end.error) return notStarted(end.error);
      const failure = sshFailure(this.address, end);
      return isMissingProgram(end) ? new AxonError('not-found', `There is no ${this.program} on ${this.address.host}.`, '', { cause: failure }) : failure;
    });
    this.#wasUsed = true;
    this.#open.add(stream);
    stream.once('close', () => this.#open.delete(stream));
    return stream;
  }

  /** Ends every connection and the shared login. Twice is harmless. Never rejects. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const stream of this.#open) stream.destroy();
    if (this.folder === undefined) return;
    if (this.#wasUsed) {
      const leaving = this.#ssh(['-o', `ControlPath=${this.#control ?? 'none'}`, '-O', 'exit', '--', this.address.host]);
      leaving.stdin.end();
      await once(leaving, 'exit', { signal: AbortSignal.timeout(3000) }).catch(() => leaving.kill());
    }
    await rm(this.folder, { recursive: true, force: true }).catch(() => undefined); // Empty, and in a folder that is cleared.
  }

  get #control(): string | undefined {
    return this.folder === undefined ? undefined : path.join(this.folder, 's');
  }

  #ssh(args: readonly string[]) {
    const { env, home } = this.surroundings;
    // Not in the window's folder: Windows looks for programs there first.
    return spawn('ssh', args, { env, cwd: home, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  }
}

/** Undefined where ssh can't share a connection (Windows), or no folder's path is short enough. */
async function controlFolder({ env, platform }: Surroundings): Promise<string | undefined> {
  if (platform === 'win32') return undefined;
  for (const base of [env['XDG_RUNTIME_DIR'], os.tmpdir(), '/tmp']) {
    if (!base || !path.isAbsolute(base) || Buffer.byteLength(path.join(base, 'axon-ssh-XXXXXX/s')) > longestControl) continue;
    // Characters that ssh takes for something else in ControlPath.
    if (/[%~"'\s$]/.test(base)) continue;
    const made = await mkdtemp(path.join(base, 'axon-ssh-')).catch(() => undefined);
    if (made !== undefined) return made;
  }
  return undefined;
}

function notStarted(error: Error): AxonError {
  if (codeOf(error) === 'ENOENT') return new AxonError('unavailable', 'The program ssh was not found on this machine.', 'Install OpenSSH (on Windows: the optional feature “OpenSSH Client”), and see that it is on the PATH.', { cause: error });
  return new AxonError('unavailable', `The program ssh could not be started: ${messageOf(error)}.`, '', { cause: error });
}
