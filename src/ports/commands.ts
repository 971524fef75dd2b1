/**
 * Runs one program without a shell. The command is judged by the command guard again, and what the guard parsed is
 * what is spawned: no caller can hand over an argv of its own.
 */
export interface Commands {
  /** Rejects with `AxonError`: denied, timeout (after the kill), cancelled, unavailable (no such program). */
  run(command: string, options: CommandOptions): Promise<CommandResult>;
}

export interface CommandOptions {
  /** Workspace-relative folder; default the first workspace folder. */
  readonly cwd?: string;
  /** Seconds; default 60, at most 600. */
  readonly timeoutSeconds?: number;
  readonly signal: AbortSignal;
  /** Live output, control characters still in it. */
  readonly onOutput?: (chunk: string) => void;
}

export interface CommandResult {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Standard output and error in the order they came, cut in the middle at 100,000 characters. */
  readonly output: string;
  /** Characters that were cut. */
  readonly cut: number;
  readonly milliseconds: number;
}
