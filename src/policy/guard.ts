import type { Decision } from './decision.js';
import type { Subject } from './subject.js';

/** What every guard may know about the call besides its subject. */
export interface GuardContext {
  readonly tool: string;
  /** False in an untrusted workspace: nothing executes, nothing is written, reading asks. */
  readonly trusted: boolean;
  /** False: this agent may not write configuration that can run code. Default true. */
  readonly mayConfigure?: boolean;
}

/**
 * Judges one kind of subject. It must not throw for any input: what it can't understand, it denies.
 * A guard may look at the file system or resolve names, so it is asynchronous; it changes nothing.
 */
export interface Guard<K extends Subject['kind']> {
  decide(subject: Extract<Subject, { kind: K }>, context: GuardContext): Promise<Decision>;
}
