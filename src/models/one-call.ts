import type { Model, ModelEvent, ModelRequest } from './model.js';

/**
 * Stands in for a model where the person asks for one call by a click: it asks for that call, and says nothing. So the call
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
      const isDone = messages.at(-1)?.role === 'tool';
      if (!isDone) yield { type: 'call', call: { id, name: tool, argumentsJson: JSON.stringify(args) } };
      yield { type: 'stop', reason: isDone ? 'end' : 'calls' };
    },
  };
}
