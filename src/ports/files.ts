/**
 * Guarded file access: what tools get in place of `node:fs`.
 *
 * Every path is what the model wrote (workspace-relative, or absolute inside a workspace folder). Each method judges the
 * path with the path guard again, opens without following links, and checks the open handle, so that a swap between
 * check and use gains nothing. All reject with `AxonError`.
 */
export interface Files {
  /** Reads a text file. Lines count from 1; `to` is inclusive. Codes: denied, not-found, not-text, too-large, io. */
  read(path: string, range?: LineRange): Promise<FileText>;
  /** The bytes of a file, whatever is in it, as an editor with unsaved changes has them. Codes: denied, not-found, too-large, io. */
  readBytes(path: string): Promise<FileBytes>;
  /** Entries of a folder, folders first, by name. At most `limit` entries (default 1,000). */
  list(path: string, options?: { depth?: number; limit?: number }, signal?: AbortSignal): Promise<FileListing>;
  /** Text search with ripgrep; ignore files respected; sensitive files, and files that rules deny or ask about, left out and counted. */
  search(query: SearchQuery, signal?: AbortSignal): Promise<SearchResult>;
  /** The change that writing `text` would make; nothing is written. */
  planWrite(path: string, text: string): Promise<FileChange>;
  /**
   * The change that replacing `find` (which must be there exactly once, or with `all` at least once) would make.
   * Codes: not-found when the file or the text is absent, ambiguous when it is there more than once.
   */
  planEdit(path: string, edit: { find: string; replace: string; all?: boolean }): Promise<FileChange>;
  /** The file that `bytes` would make at the path; nothing is written. */
  planCopy(path: string, bytes: Uint8Array): Promise<FileCopy>;
  /** Writes a planned change atomically. `stale` when the file is no longer what the plan was made from. */
  apply(change: FileChange | FileCopy): Promise<void>;
}

export interface LineRange {
  readonly from?: number;
  readonly to?: number;
}

export interface FileText {
  /** Relative to its workspace folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly encoding: 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be';
  readonly eol: 'lf' | 'crlf' | 'mixed' | 'none';
  readonly totalLines: number;
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  /** The text comes from an editor with unsaved changes, not from the disk. */
  readonly unsaved: boolean;
}

export interface FileBytes {
  /** Relative to its workspace folder, with forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface FileListing {
  readonly path: string;
  readonly entries: readonly {
    readonly path: string;
    readonly kind: 'file' | 'folder' | 'link';
    /** Bytes, for files. */
    readonly size?: number;
  }[];
  /** How many more there were than the limit let through. */
  readonly left: number;
  /** How many were left out because an ignore file names them. */
  readonly ignored: number;
  /** How many were left out because a rule denies them, or asks about them. */
  readonly ruledOut?: number;
}

export interface SearchQuery {
  readonly pattern: string;
  readonly regex?: boolean;
  readonly path?: string;
  /** Globs as ripgrep's `--glob` takes them. */
  readonly glob?: string;
  readonly caseSensitive?: boolean;
  /** Matching lines at most; default 200. */
  readonly limit?: number;
}

export interface SearchResult {
  readonly matches: readonly { readonly path: string; readonly line: number; readonly text: string }[];
  /** True when the limit cut the list short. */
  readonly limited: boolean;
  readonly filesSearched: number;
  /** Files on the sensitive list that were not searched. */
  readonly sensitiveLeftOut: number;
  /** Files that were not searched because a rule denies them, or asks about them. Counted by name, never by what is in them. */
  readonly ruledOut?: number;
}

/** A change that was planned but not made. It is what the approval shows as a diff, and what `apply` writes. */
export interface FileChange {
  readonly path: string;
  /** `undefined`: the file is new. */
  readonly before: string | undefined;
  readonly after: string;
  /** SHA-256 (hex) of the bytes on disk the plan was made from; `undefined` for a new file. */
  readonly beforeHash: string | undefined;
  readonly encoding: FileText['encoding'];
}

/** A file that was planned but not written, byte by byte: what is no text has no diff. */
export interface FileCopy {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Bytes of the file that is there now; `undefined`: the file is new. */
  readonly replaces: number | undefined;
  /** As in `FileChange`. */
  readonly beforeHash: string | undefined;
}
