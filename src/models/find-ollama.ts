import { listModels } from './list-models.js';
import { ModelError } from './model.js';
import { presetOf } from './model-presets.js';

export interface FoundOllama {
  readonly baseURL: string;
  /** Ids of the models that are there, for example `qwen3:8b`; may be empty. */
  readonly models: readonly string[];
}

/**
 * Looks for an Ollama on this machine, at its usual port on the loopback address only. Never throws for one that isn't
 * there, and takes 300 ms at most, so that it can run whenever models are listed.
 */
export async function findOllama({ baseURL = presetOf('ollama').baseURL, timeout = 300 } = {}): Promise<FoundOllama | undefined> {
  if (!isLoopback(baseURL)) return undefined;
  try {
    const models = await listModels({ baseURL, api: 'openai', timeout });
    return { baseURL, models: models.map((each) => each.id) };
  } catch (error) {
    if (error instanceof ModelError || (error instanceof Error && error.name === 'AbortError')) return undefined;
    throw error;
  }
}

function isLoopback(baseURL: string): boolean {
  const host = URL.parse(baseURL)?.hostname;
  return host === '127.0.0.1' || host === '[::1]' || host === 'localhost';
}
