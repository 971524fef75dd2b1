import type OpenAI from 'openai';
import { argumentsObject, portableCallId } from './call-history.js';
import type { ModelMessage, ModelRequest } from './model.js';

type MessageParam = OpenAI.ChatCompletionMessageParam;

/** What goes back to the server with a call; `first`: the first call of its answer. */
export type ExtraOf = (callId: string, first: boolean) => unknown;

/** The body of a streaming chat completion. Only fields that the compatible servers know too. */
export function openaiRequest(model: string, request: ModelRequest, extraOf: ExtraOf = () => undefined): OpenAI.ChatCompletionCreateParamsStreaming {
  return {
    model,
    stream: true,
    stream_options: { include_usage: true },
    messages: [...(request.system === '' ? [] : [{ role: 'system' as const, content: request.system }]), ...request.messages.flatMap((message) => messagesOf(message, extraOf))],
    // An empty list is refused.
    ...(request.tools.length > 0 && {
      tools: request.tools.map((tool) => ({ type: 'function' as const, function: { name: tool.name, description: tool.description, parameters: { ...tool.schema } } })),
    }),
  };
}

function messagesOf(message: ModelMessage, extraOf: ExtraOf): MessageParam[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: message.text }];
    case 'assistant':
      if (message.calls.length === 0) return message.text === '' ? [] : [{ role: 'assistant', content: message.text }];
      return [
        {
          role: 'assistant',
          content: message.text === '' ? null : message.text,
          tool_calls: message.calls.map((call, at) => ({
            id: portableCallId(call.id),
            type: 'function' as const,
            function: { name: call.name, arguments: JSON.stringify(argumentsObject(call.argumentsJson)) },
            ...extraContent(extraOf(call.id, at === 0)),
          })),
        },
      ];
    case 'tool':
      return [{ role: 'tool', tool_call_id: portableCallId(message.callId), content: message.isError ? `Error: ${message.text}` : message.text }];
  }
}

function extraContent(extra: unknown): { extra_content?: unknown } {
  return extra === undefined ? {} : { extra_content: extra };
}
