import * as z from 'zod/mini';
import { ModelError } from './model.js';
import { ModelConnection } from './model-connection.js';

export interface ListedModel {
  readonly id: string;
  /** Where the server says so (vLLM, OpenRouter). */
  readonly contextTokens?: number;
}

export interface ListModelsOptions {
  /** The API's address as the models take it: with `/v1` for OpenAI's kind, without for Anthropic. */
  readonly baseURL: string;
  readonly api: 'openai' | 'anthropic';
  readonly key?: string;
  /** Milliseconds; default 5,000. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

const listing = z.object({
  data: z.array(z.object({ id: z.string().check(z.minLength(1), z.maxLength(200)), max_model_len: z.nullish(z.number()), context_length: z.nullish(z.number()), max_input_tokens: z.nullish(z.number()) })),
});

/** The models a server offers, by id. Throws `ModelError`, or an abort error when the signal fires. */
export async function listModels({ baseURL, api, key, timeout = 5_000, signal = new AbortController().signal }: ListModelsOptions): Promise<ListedModel[]> {
  const bare = baseURL.replace(/\/+$/, '');
  const server = URL.parse(bare)?.origin ?? bare;
  const header = api === 'anthropic' ? (['x-api-key', key ?? ''] as const) : (['authorization', `Bearer ${key ?? ''}`] as const);
  const connection = new ModelConnection({
    server,
    key,
    allowedHeaders: new Set(['accept', 'anthropic-version']),
    authorization: key === undefined || key === '' ? undefined : header,
    idleMilliseconds: timeout,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
  });
  try {
    const url = api === 'anthropic' ? `${bare}/v1/models?limit=1000` : `${bare}/models`;
    const response = await connection.fetch(url, { headers: { accept: 'application/json', ...(api === 'anthropic' && { 'anthropic-version': '2023-06-01' }) }, signal: connection.signal });
    // The shape that both SDKs throw, so that one place knows what a status means.
    if (!response.ok) throw Object.assign(new Error('refused'), { status: response.status, headers: response.headers });
    const parsed = listing.safeParse(await response.json());
    if (!parsed.success) throw new SyntaxError('not a list of models');
    return parsed.data.data.map((each) => {
      const contextTokens = each.max_model_len ?? each.context_length ?? each.max_input_tokens;
      return { id: each.id, ...(contextTokens && { contextTokens }) };
    });
  } catch (error) {
    if (signal.aborted || !connection.signal.aborted) throw connection.errorFor(error);
    throw new ModelError('timeout', `${server} didn’t list its models in ${Math.round(timeout / 1000)} seconds`, 'Check that the server is running.');
  } finally {
    connection.close();
  }
}
