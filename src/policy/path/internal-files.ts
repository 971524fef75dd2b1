/** Files that nobody writes through a tool, whatever was granted. A pattern matches at any depth. */
export interface InternalFiles {
  readonly patterns: readonly string[];
  readonly rule: `path.${string}`;
  /** Completes “NAME …”. */
  readonly reason: string;
  readonly next: string;
}

export const internalFiles: readonly InternalFiles[] = [
  {
    // `*.git` too: a bare repository is configured by its own folder.
    patterns: ['.git', '.git/**', '*.git/config', '*.git/config.worktree', '*.git/hooks/**', '*.git/info/**'],
    rule: 'path.git-internals',
    reason: 'belongs to git, whose configuration and hooks start programs',
    next: 'Use git commands to change the repository.',
  },
  {
    patterns: ['.axon/policy*', '.axon/audit*', '.axon/audit/**', '.axon/journal*/**', '.axon/secrets*', '.axon/secrets/**'],
    rule: 'path.axon-internals',
    reason: 'is one of Axon’s own rules or records',
    next: 'A person can change it in the editor.',
  },
];
