import type OpenAI from 'openai';
import type { ModelCall } from './model.js';

type Piece = Omit<OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall, 'index'> & {
  readonly index?: number | undefined;
  /** Gemini's own. */
  readonly extra_content?: unknown;
};

export interface FinishedCall {
  readonly call: ModelCall;
  /** What the server wants back with the call. */
  readonly extra: unknown;
}

/**
 * Puts the pieces of streamed tool calls together. By the book a piece names its call by `index`; compatible servers leave
 * the index out, give every call the same one, repeat the id in each piece, or leave the id out, so a new id starts a new
 * call, and a piece with neither belongs to the newest.
 */
export class OpenAICalls {
  readonly #calls: { index: number | undefined; id: string; name: string; json: string; extra: unknown }[] = [];

  add(delta: Piece): void {
    const id = delta.id ?? '';
    let call = this.#calls.findLast((each) => delta.index === undefined || each.index === delta.index);
    const startsAnother = call === undefined || (id !== '' && call.id !== '' && call.id !== id);
    if (call === undefined || startsAnother) {
      call = { index: delta.index, id, name: '', json: '', extra: undefined };
      this.#calls.push(call);
    }
    if (call.id === '') call.id = id;
    // Some servers repeat the whole name in each piece.
    const name = delta.function?.name ?? '';
    if (name !== call.name) call.name += name;
    call.json += delta.function?.arguments ?? '';
    call.extra = delta.extra_content ?? call.extra;
  }

  /** In the order they began. A call without an id gets a random one, a call without arguments `{}`. */
  finished(): FinishedCall[] {
    return this.#calls.map(({ id, name, json, extra }) => ({
      call: { id: id === '' ? `call_${crypto.randomUUID().replaceAll('-', '')}` : id, name, argumentsJson: json === '' ? '{}' : json },
      extra,
    }));
  }
}
