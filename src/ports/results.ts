import type { SandboxFile } from './sandbox.js';

/**
 * Keeps what programs leave behind, outside the workspace, until a person or a model puts it there through the gate. All
 * reject with `AxonError`: not-found, io.
 */
export interface Results {
  /** `session` is the id of the session that the run belongs to; its results go with it. */
  keep(session: string, files: readonly SandboxFile[]): Promise<KeptRun>;
  read(session: string, run: string, name: string): Promise<SandboxFile>;
  /** Removes all of a session's. */
  forget(session: string): Promise<void>;
}

export interface KeptRun {
  /** Names the run within its session. */
  readonly run: string;
  readonly files: readonly ResultFile[];
}

/** A file as it is told of. Everything in it may be meant to harm. */
export interface ResultFile {
  readonly name: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  readonly kind: 'picture' | 'table' | 'text' | 'other';
  /** Of a picture. */
  readonly media?: 'image/png' | 'image/svg+xml';
  /** In pixels, of a picture that tells. */
  readonly width?: number;
  readonly height?: number;
  /** The beginning of a text, or of a table as CSV. */
  readonly preview?: string;
  /** There is more than the preview shows. */
  readonly cut?: boolean;
}
