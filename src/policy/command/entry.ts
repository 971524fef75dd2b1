import type { ValueKind } from './value-kind.js';

/** A kind by its name (kinds.ts), a list of words, or a pattern that the whole word has to match. */
export type KindData = string | { readonly oneOf: readonly string[] } | { readonly pattern: string; readonly called: string };

/** What may be said behind the words of an entry, as it stands in whitelist.json. */
export interface FlagData {
  /** Takes over the flags of a group as well. */
  readonly also?: string;
  /** Flags without a value, separated by blanks. */
  readonly switches?: string;
  /** Flags whose value is the rest of the word or, if that is empty, the next word. Several spellings share a kind. */
  readonly values?: Readonly<Record<string, KindData>>;
  /** Flags whose value, if there is one, is in the same word (`--color=never`, `-U0`). A word after it is a positional. */
  readonly attached?: Readonly<Record<string, KindData>>;
}

/**
 * One line of the whitelist: a program (with its subcommand) and everything that may be said to it. What isn't named
 * here is refused; nothing is ever allowed without asking.
 */
export interface EntryData extends FlagData {
  /** The program and, where it has them, the subcommand words. */
  readonly words: readonly string[];
  /** What it does, for the approval: completes "It …". */
  readonly about: string;
  /** `reads`: medium risk. `changes` files or history, or `runs` code of the workspace: high risk. */
  readonly effect: 'reads' | 'changes' | 'runs';
  /** Why it is as it is, for who reads the file. */
  readonly note?: string;
  /** Shown with every approval of it. */
  readonly warnings?: readonly string[];
  /** On Windows it is a batch file, so that cmd.exe reads its arguments. */
  readonly batchFile?: boolean;

  /** `gnu`: letters can be clustered (`-la`). `words`: `-run` and `--run` are one flag each (go, find). Default gnu. */
  readonly style?: 'gnu' | 'words';
  /** Accepts `-5`. */
  readonly digits?: boolean;
  /** One of these has to be there (blank separated), for example so that no editor opens. */
  readonly needsOneOf?: string;

  /** The kind of the first positional, if it differs (a pattern, a script), and the flags that make it an ordinary one. */
  readonly first?: { readonly kind: KindData; readonly unless?: string };
  /** What a positional word may be; absent: none are allowed. */
  readonly positional?: KindData;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Positionals end at the first flag (find). */
  readonly positionalsFirst?: boolean;
  /** The kind of everything after `--`, if it differs. */
  readonly afterDashes?: KindData;

  /**
   * What it looks at without a word that names it: the folder it runs in, or the repository from its `top`. With `read`,
   * the content of what lies below is read too, also below a folder that is named. `when`: only with one of these flags.
   * `unless`: not with one of these, `when` apart.
   */
  readonly reaches?: { readonly operation: 'read' | 'list'; readonly from: 'folder' | 'top'; readonly when?: string; readonly unless?: string };
  /** How files that hold secrets are left out of what it reads by itself (leave-out.ts). */
  readonly leavesOut?: string;
  /** Always put after `words`: turns off what could start programs. */
  readonly insert?: readonly string[];
  /** Always put last among the flags, where the last one wins. With `when`, only if one of those flags is there. */
  readonly append?: { readonly flags: readonly string[]; readonly when?: string };

  /** Commands that this entry lets through, and commands that it doesn't: tested as they stand here. */
  readonly match: readonly string[];
  readonly notMatch: readonly string[];
}

export interface Flag {
  readonly takes: 'nothing' | 'value' | 'attached';
  readonly kind?: ValueKind;
}

/** An entry ready for use: groups taken over, kinds looked up. */
export interface CommandEntry {
  readonly data: EntryData;
  readonly flags: ReadonlyMap<string, Flag>;
  readonly first?: { readonly kind: ValueKind; readonly unless?: string };
  readonly positional?: ValueKind;
  readonly afterDashes?: ValueKind;
}
