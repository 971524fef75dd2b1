/** The folders that are open, and those that may be written to. Asked at every decision: both can change at any time. */
export interface Roots {
  /** Absolute paths as the editor gives them; may be empty. The first is the one that relative paths start from. */
  folders(): readonly WorkspaceFolder[];
  /** Absolute paths; default the workspace folders (`axon.policy.writableRoots`). */
  writable(): readonly string[];
}

export interface WorkspaceFolder {
  readonly name: string;
  readonly path: string;
}
