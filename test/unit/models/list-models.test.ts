import { afterEach, describe, expect, it } from 'vitest';
import { startModelServer } from '../../fixtures/model-server/model-server.mjs';
import { findOllama } from '../../../src/models/find-ollama.js';
import { listModels } from '../../../src/models/list-models.js';
import { factsOf } from '../../../src/models/model-facts.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const start = async (options: Parameters<typeof startModelServer>[0]) => {
  const server = await startModelServer(options);
  closing.push(server.close);
  return server;
};

describe('listing models', () => {
  it('gives ids, and the context where the server tells it', async () => {
    const server = await start({ models: ['a', { id: 'b', max_model_len: 32_768 }], key: 'k-1' });
    expect(await listModels({ baseURL: `${server.url}/v1/`, api: 'openai', key: 'k-1' })).toEqual([{ id: 'a' }, { id: 'b', contextTokens: 32_768 }]);
    expect(await listModels({ baseURL: server.url, api: 'anthropic', key: 'k-1' })).toHaveLength(2);
  });

  it('tells a wrong key from a missing server', async () => {
    const server = await start({ key: 'k-1' });
    await expect(listModels({ baseURL: `${server.url}/v1`, api: 'openai', key: 'wrong' })).rejects.toMatchObject({ kind: 'authentication' });
    await server.close();
    await expect(listModels({ baseURL: `${server.url}/v1`, api: 'openai' })).rejects.toMatchObject({ kind: 'connection' });
  });

  it('gives up a server that doesn’t answer in time', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    await expect(listModels({ baseURL: `http://127.0.0.1:${port}/v1`, api: 'openai', timeout: 100 })).rejects.toMatchObject({ kind: 'timeout' });
    expect(await findOllama({ baseURL: `http://127.0.0.1:${port}/v1`, timeout: 100 })).toBeUndefined();
    silent.close();
  });

  it('finds an Ollama on this machine, and looks nowhere else', async () => {
    const server = await start({ models: ['qwen3:8b'] });
    expect(await findOllama({ baseURL: `${server.url}/v1` })).toEqual({ baseURL: `${server.url}/v1`, models: ['qwen3:8b'] });
    expect(await findOllama({ baseURL: 'http://192.0.2.1:11434/v1' })).toBeUndefined();
    await server.close();
    expect(await findOllama({ baseURL: `${server.url}/v1` })).toBeUndefined();
  });
});

describe('facts about models', () => {
  it('knows a model by its dated name too', () => {
    expect(factsOf('claude-haiku-4-5-20251001')?.id).toBe('claude-haiku-4-5');
    expect(factsOf('gpt-4.1-2025-04-14')?.id).toBe('gpt-4.1');
    expect(factsOf('models/gemini-3.8-flash')?.contextTokens).toBe(1_000_000);
    expect(factsOf('gpt-4.1-turbo')).toBeUndefined();
  });
});
