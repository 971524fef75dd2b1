/** Why a path is refused, before it becomes a decision. */
export interface Refusal {
  readonly rule: `path.${string}`;
  readonly reason: string;
  readonly next?: string;
}

export function isRefusal(value: object): value is Refusal {
  return 'rule' in value && 'reason' in value;
}
