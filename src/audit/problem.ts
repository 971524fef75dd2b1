/** Something a person has to know about the audit log; work went on. */
export interface AuditProblem {
  readonly kind:
    /** The end of a journal was cut by a crash; nothing that was acknowledged is in it. */
    | 'torn'
    /** Lines or a file that are not what was written. */
    | 'corrupt'
    /** A journal in use was moved, cut or added to from outside. */
    | 'disturbed'
    /** Written by a newer version: left alone. */
    | 'newer'
    /** A file that can't be read: left alone. */
    | 'unreadable'
    /** Beside this log lies one that was written with another key. */
    | 'other-log'
    | 'anchor'
    /** Something past its time can't leave the log. */
    | 'retention'
    | 'fold';
  readonly message: string;
  /** What to do about it. */
  readonly next: string;
  /** The file it is about, where there is one. */
  readonly file?: string;
}

/** Must not throw. */
export type OnProblem = (problem: AuditProblem) => void;
