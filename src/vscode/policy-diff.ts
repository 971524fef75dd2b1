import * as z from 'zod/mini';
import { canonicalJson, sha256 } from '../canonical.js';
import { exceeds, isStricter, risks, verdicts } from '../policy/decision.js';
import type { PolicyRule } from '../policy/rules/rule.js';

const seenRuleSchema = z.object({ verdict: z.enum(verdicts), risk: z.optional(z.enum(risks)), /** SHA-256 of what it is about. */ about: z.string(), hash: z.string() });
const seenRulesSchema = z.object({ state: z.enum(['ready', 'broken']), hash: z.string(), rules: z.record(z.string(), seenRuleSchema) });

/** What is remembered of a list of rules, to know the next one from it; short enough for the editor's own memory. */
export type SeenRules = z.infer<typeof seenRulesSchema>;

/** What an earlier run remembered; undefined when it is nothing of ours. */
export function asSeenRules(value: unknown): SeenRules | undefined {
  const parsed = seenRulesSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

export function seenReady(rules: readonly PolicyRule[]): SeenRules {
  const seen = rules.map(({ id, ...rule }) => {
    const { verdict, risk, tool, match } = rule;
    return [id, { verdict, ...(risk && { risk }), about: sha256(canonicalJson({ tool, match })), hash: sha256(canonicalJson(rule)) }] as const;
  });
  return { state: 'ready', hash: sha256(canonicalJson(rules)), rules: Object.fromEntries(seen) };
}

/**
 * Rules that can't be used. The last ones that could are kept beside, so that mending them in another way than before is
 * seen for what it is.
 *
 * @param what the text, or why there is none
 */
export function seenBroken(what: string, before: SeenRules | undefined): SeenRules {
  return { state: 'broken', hash: sha256(what), rules: before?.rules ?? {} };
}

export interface RulesChange {
  /** SHA-256 (hex) of the rules before and after, in canonical JSON; of the text where they are broken. Absent: no rules. */
  readonly before?: string;
  readonly after?: string;
  readonly state: 'none' | 'ready' | 'broken';
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** A rule is gone, or is not provably as strict as it was. */
  readonly loosens: boolean;
}

/** Undefined when the rules mean the same. `undefined` stands for no rules. */
export function diffRules(before: SeenRules | undefined, after: SeenRules | undefined): RulesChange | undefined {
  if (before?.hash === after?.hash && before?.state === after?.state) return undefined;
  const [old, now] = [before?.rules ?? {}, after?.rules ?? {}];
  const removed = Object.keys(old).filter((id) => !Object.hasOwn(now, id));
  const changed = Object.entries(now).filter(([id, rule]) => Object.hasOwn(old, id) && old[id]?.hash !== rule.hash).map(([id]) => id);
  return {
    ...(before && { before: before.hash }),
    ...(after && { after: after.hash }),
    state: after?.state ?? 'none',
    added: Object.keys(now).filter((id) => !Object.hasOwn(old, id)),
    removed,
    changed,
    // Rules without `ask` or `deny` hold nothing back, so that losing one loosens nothing.
    loosens: removed.some((id) => old[id]?.verdict !== 'allow') || changed.some((id) => !asStrict(old[id], now[id])) || adds(old, now),
  };
}

type SeenRule = SeenRules['rules'][string];

function asStrict(old: SeenRule | undefined, now: SeenRule | undefined): boolean {
  if (old === undefined || now === undefined) return false;
  return old.about === now.about && !isStricter(old.verdict, now.verdict) && !exceeds(old.risk ?? 'low', now.risk ?? 'low');
}

function adds(old: SeenRules['rules'], now: SeenRules['rules']): boolean {
  return Object.entries(now).some(([id, rule]) => rule.verdict === 'allow' && !Object.hasOwn(old, id));
}

/** The change in a few words, for a notification and the log: `1 added (no-npm), 2 removed (a, b)`. */
export function changeInWords({ added, removed, changed }: RulesChange): string {
  const parts = ([['added', added], ['removed', removed], ['changed', changed]] as const).flatMap(([word, ids]) => (ids.length === 0 ? [] : [`${ids.length} ${word} (${some(ids)})`]));
  return parts.length === 0 ? 'their order changed' : parts.join(', ');
}

function some(ids: readonly string[]): string {
  const shown = ids.slice(0, 5).join(', ');
  return ids.length > 5 ? `${shown} and ${ids.length - 5} more` : shown;
}
