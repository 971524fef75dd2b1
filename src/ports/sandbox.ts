/** Runs code in a container that is made for this one run and always removed. */
export interface Sandbox {
  /**
   * Rejects with `AxonError`: unavailable (no engine, or no image that was accepted: `next` says what to do), cancelled, io.
   * Code that fails, runs out of time or out of memory is a result, not an error.
   */
  run(job: SandboxJob, options: { signal: AbortSignal; onOutput?: (chunk: string) => void }): Promise<SandboxResult>;
  /** A program of this language is likely to come soon: a container for it may be made ahead. What fails is told by `run`. */
  prepare(language: SandboxLanguage): void;
  status(): Promise<SandboxStatus>;
  /** Builds the image from the bundled Dockerfile; `onProgress` gets one line at a time. */
  build(options: { signal: AbortSignal; onProgress?: (line: string) => void }): Promise<void>;
  /** Code may run in this image from now on. Rejects with `AxonError` stale when the name means another one by now. */
  acceptImage(digest: string): Promise<void>;
  /** Kills and removes what runs. Safe to call twice. */
  dispose(): Promise<void>;
}

export const sandboxLanguages = ['python', 'javascript'] as const;
export type SandboxLanguage = (typeof sandboxLanguages)[number];

export interface SandboxJob {
  readonly language: SandboxLanguage;
  readonly code: string;
  /** Seconds of wall time; default and most: 60. */
  readonly timeoutSeconds?: number;
  /** Copied into the folder that the program starts in. */
  readonly files?: readonly SandboxFile[];
}

/** Bytes of all files together that a program can be given. */
export const mostInputBytes = 16 * 1024 * 1024;

export interface SandboxFile {
  /** Relative, with forward slashes, each part a plain name. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface SandboxResult {
  readonly ended: 'exited' | 'timeout' | 'out-of-memory' | 'killed';
  readonly exitCode: number | null;
  /** At most 10,000 characters. */
  readonly output: string;
  /** Characters that were cut. */
  readonly cut: number;
  readonly milliseconds: number;
  /** For `killed`: why, for a person. */
  readonly reason?: string;
  /** Bytes of memory at the most, files in /tmp included; absent where the engine doesn't tell. */
  readonly peakMemory?: number;
  /** What the program left in its result folder. Names and bytes are the program's own, and may be meant to harm. */
  readonly files: readonly SandboxFile[];
  /** What was there and is not among `files`. */
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut {
  readonly name: string;
  /** For a person, for example `larger than 10 MB`. */
  readonly reason: string;
}

export interface RecentRun {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly language: SandboxLanguage;
  /** For a person, for example `exit code 0`. */
  readonly how: string;
  readonly milliseconds: number;
  readonly peakMemory?: number;
}

export type SandboxStatus =
  | ({
      readonly engine: string;
      readonly image: string;
      /** What runs the containers, for a person: gVisor, or the engine's own. */
      readonly runtime: string;
      /** What this engine holds by other means than a limit of its own, or tells the code; sentences for a person. */
      readonly notes: readonly string[];
      /** Languages for which a container waits. */
      readonly warm: readonly SandboxLanguage[];
      /** The last runs of this window, the newest first. */
      readonly runs: readonly RecentRun[];
    } & (
      | { readonly state: 'no-image' }
      | { readonly state: 'ready'; readonly digest: string; readonly bytes: number }
      /** Nobody accepted this image; `acceptedBefore`: another one was accepted under its name. */
      | { readonly state: 'image-unknown'; readonly digest: string; readonly bytes: number; readonly createdAt: string; readonly acceptedBefore: boolean }
    ))
  | { readonly state: 'no-engine'; readonly reason: string };
