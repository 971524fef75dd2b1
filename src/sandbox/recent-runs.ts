import { isCancelled, messageOf } from '../errors.js';
import type { RecentRun, SandboxJob, SandboxResult } from '../ports/sandbox.js';

const most = 10;

/** The last runs of this window, for whoever asks how the sandbox does; what ran is in the audit log. */
export class RecentRuns {
  readonly #runs: RecentRun[] = [];

  /** The newest first. */
  get list(): readonly RecentRun[] {
    return this.#runs.toReversed();
  }

  /** Notes how the run ends, and passes that on. */
  async note({ language }: SandboxJob, run: Promise<SandboxResult>): Promise<SandboxResult> {
    const at = Date.now();
    try {
      const result = await run;
      const { ended, exitCode, milliseconds, peakMemory, reason } = result;
      const how = ended === 'exited' ? `exit code ${exitCode ?? 'unknown'}` : ended === 'killed' ? `killed: ${reason ?? 'from outside'}` : ended === 'timeout' ? 'killed: time limit' : 'killed: memory limit';
      this.#add({ at, language, how, milliseconds, ...(peakMemory !== undefined && { peakMemory }) });
      return result;
    } catch (error) {
      this.#add({ at, language, how: isCancelled(error) ? 'stopped' : `not run: ${messageOf(error)}`, milliseconds: Date.now() - at });
      throw error;
    }
  }

  #add(run: RecentRun): void {
    this.#runs.push(run);
    if (this.#runs.length > most) this.#runs.shift();
  }
}
