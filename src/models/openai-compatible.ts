import type OpenAI from 'openai';
import { CallExtras, withoutSignature } from './call-extras.js';
import type { Model, ModelEvent, ModelRequest } from './model.js';
import { ModelConnection } from './model-connection.js';
import { factsOf } from './model-facts.js';
import { missingKey } from './model-failure.js';
import { type ModelPresetId, presetOf } from './model-presets.js';
import { OpenAICalls } from './openai-calls.js';
import { type ExtraOf, openaiRequest } from './openai-request.js';

export interface OpenAICompatibleOptions {
  readonly preset: ModelPresetId;
  /** As the server writes it, for example `qwen3:8b`. */
  readonly model: string;
  readonly label?: string;
  /** Asked at each request and kept nowhere. A local server needs none. */
  readonly key: () => Promise<string | undefined>;
  /** Default: the preset's. The environment variable of the SDK is not read. */
  readonly baseURL?: string;
  readonly contextTokens?: number;
  /** Milliseconds of silence after which a request is given up; default: the preset's. */
  readonly idleMilliseconds?: number;
}

const allowedHeaders = new Set(['accept', 'content-type', 'user-agent']);

/** Any server that speaks OpenAI's chat completions, through OpenAI's official SDK, loaded at the first request. */
export function createOpenAICompatibleModel(options: OpenAICompatibleOptions): Model {
  const preset = presetOf(options.preset);
  const baseURL = (options.baseURL ?? preset.baseURL).replace(/\/+$/, '');
  const isHosted = baseURL === preset.baseURL && preset.key === 'required';
  const provider = isHosted ? preset.label : originOf(baseURL);
  const extras = new CallExtras();
  const needsSignature = preset.id === 'gemini' && !/gemini-[12]/.test(options.model);
  const extraOf: ExtraOf = (callId, first) => extras.of(callId) ?? (needsSignature && first ? withoutSignature : undefined);
  const facts = isHosted ? factsOf(options.model) : undefined;
  return {
    id: `${preset.id}/${options.model}`,
    label: options.label ?? options.model,
    provider,
    isLanguageModel: true,
    contextTokens: options.contextTokens ?? facts?.contextTokens ?? preset.contextTokens,
    ...(facts && { price: facts.price }),
    async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
      const key = await options.key();
      const hasKey = key !== undefined && key !== '';
      if (!hasKey && preset.key === 'required') throw missingKey(provider);
      const connection = new ModelConnection({
        server: provider,
        key,
        allowedHeaders,
        authorization: hasKey ? ['authorization', `Bearer ${key}`] : undefined,
        idleMilliseconds: options.idleMilliseconds ?? preset.idleSeconds * 1000,
        signal,
      });
      try {
        const { OpenAI: Client } = await import('openai');
        // The SDK insists on a key; the connection sends the real one, or none. A day: silence is watched by the connection.
        const client = new Client({ apiKey: 'none', adminAPIKey: null, organization: null, project: null, baseURL, maxRetries: 0, timeout: 86_400_000, logLevel: 'off', fetch: connection.fetch });
        const chunks = await client.chat.completions.create(openaiRequest(options.model, request, extraOf), { signal: connection.signal });
        connection.checkEnded(yield* readChunks(chunks, extras));
      } catch (error) {
        throw connection.errorFor(error);
      } finally {
        connection.close();
      }
    },
  };
}

/** Passes on text, then the calls; true when the answer came to its end. The usage comes in a chunk after the last choice. */
async function* readChunks(chunks: AsyncIterable<OpenAI.ChatCompletionChunk>, extras: CallExtras): AsyncGenerator<ModelEvent, boolean> {
  const calls = new OpenAICalls();
  let finish: string | undefined;
  let usage: { input: number; output: number } | undefined;
  for await (const chunk of chunks as AsyncIterable<LooseChunk>) {
    const choice = chunk.choices?.[0];
    const text = choice?.delta?.content ?? choice?.delta?.refusal ?? '';
    if (text !== '') yield { type: 'text', text };
    for (const piece of choice?.delta?.tool_calls ?? []) calls.add(piece);
    finish = choice?.finish_reason ?? finish;
    if (chunk.usage) usage = { input: chunk.usage.prompt_tokens ?? 0, output: chunk.usage.completion_tokens ?? 0 };
  }
  if (finish === undefined) return false;
  const finished = calls.finished();
  for (const { call, extra } of finished) {
    if (extra !== undefined) extras.keep(call.id, extra);
    yield { type: 'call', call };
  }
  if (usage) yield { type: 'usage', usage };
  yield { type: 'stop', reason: stopOf(finish, finished.length > 0) };
  return true;
}

/** What a chunk holds when a server is only nearly compatible: anything may be missing. */
interface LooseChunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null; readonly refusal?: string | null; readonly tool_calls?: readonly OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall[] | null };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null;
}

/** Several servers finish a call with `stop`, so the calls themselves decide. */
function stopOf(finish: string, hasCalls: boolean): 'end' | 'calls' | 'length' | 'refused' {
  if (finish === 'length') return 'length';
  if (finish === 'content_filter') return 'refused';
  return hasCalls ? 'calls' : 'end';
}

function originOf(baseURL: string): string {
  return URL.parse(baseURL)?.origin ?? baseURL;
}
