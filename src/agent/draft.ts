import type { ModelCall, ModelEvent, Usage } from '../models/model.js';
import { ModelError } from '../models/model.js';
import { cutEnd } from './cut.js';
import { newId } from './ids.js';
import type { Limits } from './limits.js';

export type DraftEnd = Extract<ModelEvent, { type: 'stop' }>['reason'] | 'too-long' | 'too-many-calls';

/**
 * One try at an answer, as it comes in. Bounded: a model that never stops is cut off. Calls get an id of ours, because
 * servers repeat theirs, leave them empty, or put anything into them.
 */
export class Draft {
  text = '';
  readonly calls: ModelCall[] = [];
  usage: Usage | undefined;

  constructor(private readonly limits: Limits) {}

  /** Takes the next event. Returns how the answer ended once it has. */
  take(event: ModelEvent): DraftEnd | undefined {
    switch (event.type) {
      case 'text':
        this.text += event.text;
        return this.text.length > this.limits.answerCharacters ? 'too-long' : undefined;
      case 'call':
        if (this.calls.length >= this.limits.callsPerAnswer) return 'too-many-calls';
        this.calls.push(this.#bounded(event.call));
        return undefined;
      case 'usage':
        // Some servers count in several steps; each is at least the one before.
        this.usage = { input: Math.max(this.usage?.input ?? 0, event.usage.input), output: Math.max(this.usage?.output ?? 0, event.usage.output) };
        return undefined;
      case 'stop':
        return event.reason;
    }
  }

  /** Reads a whole answer. Throws `ModelError` when the stream ends without a stop. */
  async read(events: AsyncIterable<ModelEvent>, onText: (text: string) => void): Promise<DraftEnd> {
    for await (const event of events) {
      const end = this.take(event);
      if (event.type === 'text' && event.text !== '') onText(event.text);
      if (end) return end;
    }
    throw new ModelError('connection', 'The answer broke off before its end.');
  }

  /** Arguments that are too large give way to a text that is no JSON: the gate refuses and records it as such. */
  #bounded(call: ModelCall): ModelCall {
    const { length } = call.argumentsJson;
    const most = this.limits.argumentCharacters;
    const argumentsJson = length > most ? `(${length} characters of arguments; at most ${most} are read)` : call.argumentsJson;
    return { id: newId('call'), name: cutEnd(call.name, 200), argumentsJson };
  }
}

export function sumUsage(a: Usage | undefined, b: Usage | undefined): Usage | undefined {
  if (!a || !b) return a ?? b;
  return { input: a.input + b.input, output: a.output + b.output };
}
