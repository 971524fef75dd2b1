import type { PolicyRule } from './rule.js';

/** Something wrong with a list of rules, for a person. */
export interface RuleProblem {
  readonly message: string;
  /** Where in the text, in UTF-16 units, when the rules come from a text. */
  readonly offset?: number;
  readonly length?: number;
}

/** One list of rules, checked, its self-tests run; or why none of it can be used, in which case everything is refused. */
export type RuleLayer =
  | { readonly state: 'ready'; readonly rules: readonly LayeredRule[] }
  | { readonly state: 'broken'; readonly source: string; readonly problems: readonly RuleProblem[] };

export interface LayeredRule {
  readonly rule: PolicyRule;
  /** Where it stands, for a person: `your settings`, `.axon/policy.json in app`. */
  readonly source: string;
  /** Absolute real folder that its path globs start from; absent: every workspace folder. */
  readonly folder?: string;
}

/** Where the engine gets rules. Asked at every decision, so that what counts is what stands there now. Must not reject. */
export interface RuleSource {
  user(): Promise<RuleLayer>;
  /** All open folders' files together. */
  workspace(): Promise<RuleLayer>;
}
