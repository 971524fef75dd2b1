import * as vscode from 'vscode';
import type { Model, ModelEvent, ModelMessage, ModelRequest } from '../models/model.js';
import { ModelError } from '../models/model.js';
import { messageOf } from '../errors.js';

export const editorModelPrefix = 'editor:';

/** A model that the editor has (`vscode.lm`), behind our port. The editor asks the person for consent at the first request. */
export function editorModel(chat: vscode.LanguageModelChat): Model {
  return {
    id: `${editorModelPrefix}${chat.vendor}/${chat.id}`,
    label: chat.name,
    provider: `the editor's ${chat.vendor}`,
    isLanguageModel: true,
    contextTokens: chat.maxInputTokens,
    stream: (request, signal) => stream(chat, request, signal),
  };
}

async function* stream(chat: vscode.LanguageModelChat, request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const source = new vscode.CancellationTokenSource();
  const cancel = (): void => source.cancel();
  signal.throwIfAborted();
  signal.addEventListener('abort', cancel, { once: true });
  let calls = 0;
  try {
    const response = await chat.sendRequest(messagesOf(request), { tools: request.tools.map(toolOf), justification: 'Axon answers your message.' }, source.token);
    for await (const part of response.stream) {
      signal.throwIfAborted();
      if (part instanceof vscode.LanguageModelTextPart) yield { type: 'text', text: part.value };
      else if (part instanceof vscode.LanguageModelToolCallPart) {
        calls += 1;
        yield { type: 'call', call: { id: part.callId, name: part.name, argumentsJson: JSON.stringify(part.input) } };
      }
    }
    signal.throwIfAborted();
    yield { type: 'stop', reason: calls > 0 ? 'calls' : 'end' };
  } catch (error) {
    signal.throwIfAborted();
    throw modelErrorOf(error);
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}

function toolOf(tool: ModelRequest['tools'][number]): vscode.LanguageModelChatTool {
  return { name: tool.name, description: tool.description, inputSchema: tool.schema };
}

/** The editor's models have no system role: the prompt goes first, as the person's words. */
function messagesOf(request: ModelRequest): vscode.LanguageModelChatMessage[] {
  const messages = request.messages.map(messageFor);
  return [vscode.LanguageModelChatMessage.User(request.system), ...messages];
}

function messageFor(message: ModelMessage): vscode.LanguageModelChatMessage {
  switch (message.role) {
    case 'user':
      return vscode.LanguageModelChatMessage.User(message.text);
    case 'assistant':
      return vscode.LanguageModelChatMessage.Assistant([
        ...(message.text ? [new vscode.LanguageModelTextPart(message.text)] : []),
        ...message.calls.map((call) => new vscode.LanguageModelToolCallPart(call.id, call.name, objectOf(call.argumentsJson))),
      ]);
    case 'tool':
      return vscode.LanguageModelChatMessage.User([new vscode.LanguageModelToolResultPart(message.callId, [new vscode.LanguageModelTextPart(message.text)])]);
  }
}

/** What the model wrote is repeated to it as it is; arguments that are no object can't be, and become an empty one. */
function objectOf(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function modelErrorOf(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  const code = error instanceof vscode.LanguageModelError ? error.code : '';
  if (code === vscode.LanguageModelError.NoPermissions.name) return new ModelError('authentication', 'The editor did not permit the use of this model.', 'Allow it when the editor asks, or choose another model.');
  // Not a rate limit: waiting a few seconds and asking again doesn't help.
  if (code === vscode.LanguageModelError.Blocked.name) return new ModelError('unavailable', 'The editor blocks this model for now, for example because its quota is used up.', 'Choose another model, or try again later.');
  if (code === vscode.LanguageModelError.NotFound.name) return new ModelError('unavailable', 'The editor no longer has this model.', 'Choose another model.');
  return new ModelError('unavailable', `The editor's model failed: ${messageOf(error)}`, 'Try again, or choose another model.');
}
