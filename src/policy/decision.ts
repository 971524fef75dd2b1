/** Decisions are data: what a layer of the policy says about one call. */
export const verdicts = ['allow', 'ask', 'deny'] as const;
export type Verdict = (typeof verdicts)[number];

export const risks = ['low', 'medium', 'high', 'critical'] as const;
export type Risk = (typeof risks)[number];

/**
 * What may be granted for the rest of a session after a person said so, as narrow as what they were shown.
 * A call is covered when its own key, or one of `coveredBy`, was granted.
 */
export interface GrantScope {
  /** For example `command:["npm","test"]`, `read:/abs/folder` or `fetch:example.com`. */
  readonly key: string;
  /** Wider grants that cover this call too, for example those of the folders above. */
  readonly coveredBy?: readonly string[];
  /** The same for a person: `Run exactly "npm test"`. */
  readonly label: string;
}

export interface Decision {
  readonly verdict: Verdict;
  readonly risk: Risk;
  /** The rule's name, for example `path.outside-workspace`. Stable: it is shown, logged and searched for. */
  readonly rule: string;
  /** Why, for a person, as one sentence. */
  readonly reason: string;
  /** What to do instead, where there is something. */
  readonly next?: string;
  /** Warnings that the approval has to show, for example that a file can run code when the folder is opened. */
  readonly warnings?: readonly string[];
  /** Absent: this can only ever be allowed once. */
  readonly grant?: GrantScope;
}

const verdictRank: Record<Verdict, number> = { allow: 0, ask: 1, deny: 2 };
const riskRank: Record<Risk, number> = { low: 0, medium: 1, high: 2, critical: 3 };

export function isStricter(a: Verdict, b: Verdict): boolean {
  return verdictRank[a] > verdictRank[b];
}

export function higherRisk(a: Risk, b: Risk): Risk {
  return riskRank[a] >= riskRank[b] ? a : b;
}

export function exceeds(risk: Risk, highest: Risk): boolean {
  return riskRank[risk] > riskRank[highest];
}

/**
 * Joins the decisions of several layers or subjects: the strictest verdict wins (the first of equals), the risk is
 * the highest of all, warnings add up, and a grant stays only when every asking decision offers one and they agree.
 * Joining never loosens: the result is at least as strict as each part.
 */
export function strictest(first: Decision, ...rest: readonly Decision[]): Decision {
  const all = [first, ...rest];
  let winner = first;
  for (const each of rest) if (isStricter(each.verdict, winner.verdict)) winner = each;
  const risk = all.reduce<Risk>((sum, each) => higherRisk(sum, each.risk), 'low');
  const warnings = [...new Set(all.flatMap((each) => each.warnings ?? []))];
  const asking = all.filter((each) => each.verdict === 'ask');
  const { grant: winnersGrant, ...bare } = winner;
  const grant =
    risk !== 'critical' && winnersGrant && asking.every((each) => each.grant?.key === winnersGrant.key)
      ? winnersGrant
      : undefined;
  return { ...bare, risk, ...(warnings.length > 0 && { warnings }), ...(grant && { grant }) };
}
