/**
 * What a server attaches to a call and wants back unchanged with the call's result. Gemini refuses a request whose calls
 * come back without their `extra_content` (a signature of its thoughts). It is no part of a conversation, so it is kept
 * here, for the newest calls.
 */
export class CallExtras {
  readonly #extras = new Map<string, unknown>();

  keep(callId: string, extra: unknown): void {
    this.#extras.set(callId, extra);
    for (const oldest of this.#extras.keys()) {
      if (this.#extras.size <= mostKept) return;
      this.#extras.delete(oldest);
    }
  }

  of(callId: string): unknown {
    return this.#extras.get(callId);
  }
}

const mostKept = 200;

/** For calls of another model, or from before a restart: Google's documented way to say that there is no signature. */
export const withoutSignature = { google: { thought_signature: 'skip_thought_signature_validator' } } as const;
