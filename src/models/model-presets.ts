/** A server that speaks OpenAI's chat completions, and how it is usually reached. Data only. */
export interface ModelPreset {
  /** Stable; part of a model's id (`ollama/qwen3`). */
  readonly id: string;
  readonly label: string;
  /** Without a slash at its end; empty where the person has to give it. */
  readonly baseURL: string;
  /** `required`: asked for before the first request. `optional`: sent when there is one. */
  readonly key: 'required' | 'optional';
  /** Tokens to count on for a model that isn't in the table and whose server doesn't say. */
  readonly contextTokens: number;
  /** Seconds of silence after which a request is given up. Local servers load a model into memory before the first word. */
  readonly idleSeconds: number;
  /** A page for a person that says how to get a key, or how to install it. */
  readonly help: string;
}

export const modelPresets = [
  { id: 'openai', label: 'OpenAI', baseURL: 'https://api.openai.com/v1', key: 'required', contextTokens: 128_000, idleSeconds: 60, help: 'https://platform.openai.com/api-keys' },
  // Ollama cuts the prompt at its num_ctx without a word, so the cautious figure is the right one.
  { id: 'ollama', label: 'Ollama', baseURL: 'http://127.0.0.1:11434/v1', key: 'optional', contextTokens: 8_192, idleSeconds: 300, help: 'https://ollama.com/download' },
  { id: 'lm-studio', label: 'LM Studio', baseURL: 'http://127.0.0.1:1234/v1', key: 'optional', contextTokens: 8_192, idleSeconds: 300, help: 'https://lmstudio.ai' },
  { id: 'vllm', label: 'vLLM', baseURL: 'http://127.0.0.1:8000/v1', key: 'optional', contextTokens: 32_768, idleSeconds: 300, help: 'https://docs.vllm.ai' },
  { id: 'openrouter', label: 'OpenRouter', baseURL: 'https://openrouter.ai/api/v1', key: 'required', contextTokens: 128_000, idleSeconds: 60, help: 'https://openrouter.ai/settings/keys' },
  { id: 'groq', label: 'Groq', baseURL: 'https://api.groq.com/openai/v1', key: 'required', contextTokens: 128_000, idleSeconds: 60, help: 'https://console.groq.com/keys' },
  { id: 'gemini', label: 'Gemini', baseURL: 'https://generativelanguage.googleapis.com/v1beta/openai', key: 'required', contextTokens: 1_000_000, idleSeconds: 60, help: 'https://aistudio.google.com/apikey' },
  { id: 'custom', label: 'Another server', baseURL: '', key: 'optional', contextTokens: 32_768, idleSeconds: 60, help: '' },
] as const satisfies readonly ModelPreset[];

export type ModelPresetId = (typeof modelPresets)[number]['id'];

export function presetOf(id: ModelPresetId): ModelPreset {
  const preset = modelPresets.find((each) => each.id === id);
  if (!preset) throw new TypeError(`no such preset: ${id}`);
  return preset;
}
