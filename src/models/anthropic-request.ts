import type Anthropic from '@anthropic-ai/sdk';
import { argumentsObject, portableCallId } from './call-history.js';
import type { ModelMessage, ModelRequest } from './model.js';

type MessageParam = Anthropic.MessageParam;
type BlockParam = Anthropic.ContentBlockParam;

/** The body of a streaming request to Anthropic's Messages API. */
export function anthropicRequest(model: string, maxTokens: number, request: ModelRequest): Anthropic.MessageCreateParamsStreaming {
  return {
    model,
    max_tokens: maxTokens,
    stream: true,
    // Marks the longest stable beginning by itself, so that a growing conversation is read from the cache.
    cache_control: { type: 'ephemeral' },
    ...(request.system !== '' && { system: request.system }),
    ...(request.tools.length > 0 && {
      tools: request.tools.map((tool) => ({ name: tool.name, description: tool.description, input_schema: { ...tool.schema, type: 'object' as const } })),
    }),
    messages: anthropicMessages(request.messages),
  };
}

/** Turns alternate: tool results and what the person then says are one `user` turn, results first, as the API demands. */
function anthropicMessages(messages: readonly ModelMessage[]): MessageParam[] {
  const turns: { role: 'user' | 'assistant'; content: BlockParam[] }[] = [];
  for (const message of messages) {
    const content = blocksOf(message);
    if (content.length === 0) continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  return turns;
}

/** Blank text is refused by the API, so it is left out, or said to be blank where something has to stand. */
function blocksOf(message: ModelMessage): BlockParam[] {
  switch (message.role) {
    case 'user':
      return [{ type: 'text', text: message.text.trim() === '' ? '(empty)' : message.text }];
    case 'assistant':
      return [
        ...(message.text.trim() === '' ? [] : [{ type: 'text' as const, text: message.text.trimEnd() }]),
        ...message.calls.map((call) => ({ type: 'tool_use' as const, id: portableCallId(call.id), name: call.name, input: argumentsObject(call.argumentsJson) })),
      ];
    case 'tool':
      return [{ type: 'tool_result', tool_use_id: portableCallId(message.callId), content: message.text.trim() === '' ? '(no output)' : message.text, is_error: message.isError }];
  }
}
