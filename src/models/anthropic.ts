import type Anthropic from '@anthropic-ai/sdk';
import { anthropicRequest } from './anthropic-request.js';
import type { Model, ModelEvent, ModelRequest } from './model.js';
import { ModelConnection } from './model-connection.js';
import { factsOf } from './model-facts.js';
import { missingKey } from './model-failure.js';

export interface AnthropicOptions {
  /** As the provider writes it, for example `claude-sonnet-5-5`. */
  readonly model: string;
  readonly label?: string;
  /** Asked at each request and kept nowhere. */
  readonly key: () => Promise<string | undefined>;
  /** Default `https://api.anthropic.com`. The environment variable of the SDK is not read. */
  readonly baseURL?: string;
  readonly contextTokens?: number;
  /** Milliseconds of silence after which a request is given up; default 60,000. */
  readonly idleMilliseconds?: number;
}

const defaultBaseURL = 'https://api.anthropic.com';
const allowedHeaders = new Set(['accept', 'content-type', 'anthropic-version', 'user-agent']);
/** Room for an answer: thinking counts too. Models of an unknown name get what the oldest still take. */
const mostAnswerTokens = 32_000;
const cautiousAnswerTokens = 8_192;

/** Claude through Anthropic's official SDK, loaded at the first request. */
export function createAnthropicModel(options: AnthropicOptions): Model {
  const baseURL = (options.baseURL ?? defaultBaseURL).replace(/\/+$/, '');
  const provider = baseURL === defaultBaseURL ? 'Anthropic' : baseURL;
  const facts = factsOf(options.model);
  const maxTokens = facts ? Math.min(mostAnswerTokens, facts.outputTokens) : cautiousAnswerTokens;
  return {
    id: `anthropic/${options.model}`,
    label: options.label ?? options.model,
    provider,
    isLanguageModel: true,
    contextTokens: options.contextTokens ?? facts?.contextTokens ?? 200_000,
    ...(facts && { price: facts.price }),
    async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
      const key = await options.key();
      if (key === undefined || key === '') throw missingKey(provider);
      const connection = new ModelConnection({ server: provider, key, allowedHeaders, authorization: ['x-api-key', key], idleMilliseconds: options.idleMilliseconds ?? 60_000, signal });
      try {
        const { Anthropic: Client } = await import('@anthropic-ai/sdk');
        // The connection puts the real key in. A day: silence is watched by the connection, and a long answer is not a hanging one.
        const client = new Client({ apiKey: 'none', baseURL, maxRetries: 0, timeout: 86_400_000, logLevel: 'off', openTelemetry: false, fetch: connection.fetch });
        const events = await client.messages.create(anthropicRequest(options.model, maxTokens, request), { signal: connection.signal });
        connection.checkEnded(yield* readEvents(events));
      } catch (error) {
        throw connection.errorFor(error);
      } finally {
        connection.close();
      }
    },
  };
}

/** Passes on text and finished calls; true when the answer came to its end. */
async function* readEvents(events: AsyncIterable<Anthropic.RawMessageStreamEvent>): AsyncGenerator<ModelEvent, boolean> {
  const open = new Map<number, { id: string; name: string; json: string }>();
  let input = 0;
  let output = 0;
  let stopReason: Anthropic.StopReason | null = null;
  for await (const event of events) {
    switch (event.type) {
      case 'message_start': {
        const { usage } = event.message;
        input = usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0);
        output = usage.output_tokens;
        break;
      }
      case 'content_block_start':
        if (event.content_block.type === 'tool_use') open.set(event.index, { id: event.content_block.id, name: event.content_block.name, json: '' });
        else if (event.content_block.type === 'text' && event.content_block.text !== '') yield { type: 'text', text: event.content_block.text };
        break;
      case 'content_block_delta': {
        const call = open.get(event.index);
        if (event.delta.type === 'text_delta') yield { type: 'text', text: event.delta.text };
        else if (event.delta.type === 'input_json_delta' && call) call.json += event.delta.partial_json;
        break;
      }
      case 'content_block_stop': {
        const call = open.get(event.index);
        open.delete(event.index);
        // A tool without arguments streams none.
        if (call) yield { type: 'call', call: { id: call.id, name: call.name, argumentsJson: call.json === '' ? '{}' : call.json } };
        break;
      }
      case 'message_delta':
        stopReason = event.delta.stop_reason;
        output = event.usage.output_tokens;
        break;
      case 'message_stop':
        break;
    }
  }
  if (stopReason === null) return false;
  yield { type: 'usage', usage: { input, output } };
  yield { type: 'stop', reason: stopOf(stopReason) };
  return true;
}

function stopOf(reason: Anthropic.StopReason): 'end' | 'calls' | 'length' | 'refused' {
  switch (reason) {
    case 'tool_use':
      return 'calls';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'refusal':
      return 'refused';
    case 'end_turn':
    case 'stop_sequence':
    case 'pause_turn':
      return 'end';
  }
}
