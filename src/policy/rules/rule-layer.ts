import type { Subject } from '../subject.js';
import type { TouchedPath, Touches } from '../touches.js';
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
  readonly covers: RuleCoverage;
}

/** A call as rules see it. */
export interface RuledCall {
  readonly tool: string;
  readonly mcpServer?: string | undefined;
  /** What kinds of subjects it has. */
  readonly kinds: ReadonlySet<Subject['kind']>;
  readonly touches: Touches;
}

/**
 * A rule, compiled. What tightens covers a call when any part of it is the rule's business, in any spelling; what allows
 * covers it only when all of it is, letter by letter.
 */
export interface RuleCoverage {
  call(call: RuledCall): boolean;
  /** What the rule says about one path by whichever of the tools; for rules that tighten. */
  path(path: TouchedPath, tools: readonly string[]): boolean;
}

/** Where the engine gets rules. Asked at every decision, so that what counts is what stands there now. Must not reject. */
export interface RuleSource {
  user(): Promise<RuleLayer>;
  /** All open folders' files together. */
  workspace(): Promise<RuleLayer>;
}

export const noRules: RuleLayer = { state: 'ready', rules: [] };

export function brokenLayer(source: string, ...problems: readonly RuleProblem[]): RuleLayer {
  return { state: 'broken', source, problems };
}
