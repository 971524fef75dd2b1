import type { ModelMessage, ToolSpec, Usage } from '../models/model.js';

/** Providers put a few tokens around each message and each call. */
const perMessage = 6;
/** Bytes of UTF-8 a token holds, on the low side: code has short tokens, and an estimate that is too high does no harm. */
const bytesPerToken = 3.5;

export function estimateText(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

export function estimateMessage(message: ModelMessage): number {
  const calls = message.role === 'assistant' ? message.calls : [];
  return calls.reduce(
    (sum, call) => sum + perMessage + estimateText(call.name) + estimateText(call.argumentsJson),
    perMessage + estimateText(message.text),
  );
}

export function estimateTools(tools: readonly ToolSpec[]): number {
  return tools.length === 0 ? 0 : estimateText(JSON.stringify(tools));
}

/** Corrects the estimate by what the model's provider counted. */
export class TokenScale {
  #scale = 1;

  /** `estimated` is the plain estimate of the request that `usage` is of. */
  learn(estimated: number, usage: Usage | undefined): void {
    if (!usage || usage.input <= 0 || estimated <= 0) return;
    // Some servers leave cached tokens out of the count, so the estimate is never believed to be far too high.
    this.#scale = Math.min(3, Math.max(0.75, usage.input / estimated));
  }

  apply(estimated: number): number {
    return Math.round(estimated * this.#scale);
  }
}
