import type { Model, ModelEvent, ModelRequest } from './model.js';

/**
 * Stands in for a model where the person asks for one call by a click: it asks for that call, and then says whether it was done. So the call
 * goes the way of every other one, through the gate and into the conversation, where the next model finds it.
 */
export function oneCall(id: string, tool: string, args: Readonly<Record<string, unknown>>): Model {
  return {
    id: 'click',
    label: 'Your click',
    provider: 'this machine, no language model',
    isLanguageModel: false,
    contextTokens: 1_000_000,
    async *stream({ messages }: ModelRequest): AsyncGenerator<ModelEvent> {
      const last = messages.at(-1);
      if (last?.role === 'tool') {
        yield { type: 'text', text: last.isError ? 'Not done; the step above says why.' : 'Done.' };
        yield { type: 'stop', reason: 'end' };
      } else {
        yield { type: 'call', call: { id, name: tool, argumentsJson: JSON.stringify(args) } };
        yield { type: 'stop', reason: 'calls' };
      }
    },
  };
}
