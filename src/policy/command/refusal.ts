/** Why a command, or a part of it, is not let through. It becomes the `deny` decision. */
export interface Refusal {
  readonly refused: true;
  /** The rule's name, for example `command.pipe`. */
  readonly rule: string;
  /** For a person, one sentence. */
  readonly reason: string;
  /** What to do instead. */
  readonly next: string;
}

export function refuse(rule: string, reason: string, next: string): Refusal {
  return { refused: true, rule, reason, next };
}

export function isRefusal(value: object): value is Refusal {
  return 'refused' in value;
}
