/** The Model port: one streaming call to a language model, or to the built-in guide that is none. */
export interface Model {
  /** Stable across starts, for example `anthropic/claude-sonnet-4-5` or `guide`. */
  readonly id: string;
  readonly label: string;
  /** Where the text goes, for a person: `Anthropic`, `http://127.0.0.1:11434`, `this machine, no language model`. */
  readonly provider: string;
  /** False for the built-in guide. */
  readonly isLanguageModel: boolean;
  /** Tokens that fit into one request, answer included. */
  readonly contextTokens: number;
  /** US dollars per million tokens, where known. */
  readonly price?: { readonly input: number; readonly output: number };
  /**
   * Streams one answer. Ends after a `stop` event. Throws `ModelError`, or an abort error when the signal fires; then
   * nothing more is read from the network. Never retries: the loop does, and says so.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

export interface ModelRequest {
  readonly system: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ToolSpec[];
}

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema (2020-12) of the arguments; its root is an object. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export type ModelMessage =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly ModelCall[] }
  | { readonly role: 'tool'; readonly callId: string; readonly name: string; readonly text: string; readonly isError: boolean };

/** A tool call as the model wrote it. `argumentsJson` may be anything, broken JSON too. */
export interface ModelCall {
  readonly id: string;
  readonly name: string;
  readonly argumentsJson: string;
}

export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'call'; readonly call: ModelCall }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'stop'; readonly reason: 'end' | 'calls' | 'length' | 'refused' };

/** Tokens of one request. */
export interface Usage {
  readonly input: number;
  readonly output: number;
}

export type ModelErrorKind =
  | 'authentication'
  | 'rate-limit'
  | 'overloaded'
  | 'connection'
  | 'timeout'
  | 'context-overflow'
  | 'invalid-request'
  | 'unavailable';

export class ModelError extends Error {
  override readonly name = 'ModelError';

  constructor(
    readonly kind: ModelErrorKind,
    /** For a person; never holds a key or a header. */
    message: string,
    /** What to do about it. */
    readonly next = '',
    /** Milliseconds the server asked to wait. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  get retryable(): boolean {
    return this.kind === 'rate-limit' || this.kind === 'overloaded' || this.kind === 'connection' || this.kind === 'timeout';
  }
}
