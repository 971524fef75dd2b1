import { describe, expect, it } from 'vitest';
import { anthropicRequest } from '../../../src/models/anthropic-request.js';
import type { ModelRequest } from '../../../src/models/model.js';
import { openaiRequest } from '../../../src/models/openai-request.js';

/** One conversation with everything that providers are picky about. What is sent for it is written down as a whole. */
const request: ModelRequest = {
  system: 'You are Axon.',
  tools: [{ name: 'file_read', description: 'Reads a file.', schema: { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', properties: { path: { type: 'string' } }, required: ['path'], additionalProperties: false } }],
  messages: [
    { role: 'user', text: 'Read both.' },
    {
      role: 'assistant',
      text: 'Reading. ',
      calls: [
        { id: 'call_1', name: 'file_read', argumentsJson: '{"path":"a.ts"}' },
        { id: 'an id: with/odd characters and much too long for one of the providers', name: 'file_read', argumentsJson: '{"path": "b' },
        { id: 'call_3', name: 'file_read', argumentsJson: '[]' },
        { id: 'call_4', name: 'file_read', argumentsJson: '' },
      ],
    },
    { role: 'tool', callId: 'call_1', name: 'file_read', text: 'let a = 1;', isError: false },
    { role: 'tool', callId: 'an id: with/odd characters and much too long for one of the providers', name: 'file_read', text: 'The arguments are no JSON.', isError: true },
    { role: 'tool', callId: 'call_3', name: 'file_read', text: ' ', isError: false },
    { role: 'tool', callId: 'call_4', name: 'file_read', text: 'Denied.', isError: true },
    { role: 'user', text: 'Go on.' },
    { role: 'assistant', text: '', calls: [] },
    { role: 'user', text: '' },
    { role: 'assistant', text: 'Done.\n', calls: [] },
    { role: 'user', text: 'Thanks.' },
  ],
};

const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

describe('what is sent for a conversation', () => {
  it('to Anthropic', async () => {
    await expect(pretty(anthropicRequest('claude-sonnet-5-5', 32_000, request))).toMatchFileSnapshot('anthropic-request.json');
  });

  it('to an OpenAI-compatible server', async () => {
    await expect(pretty(openaiRequest('gpt-6.1-sol', request))).toMatchFileSnapshot('openai-request.json');
  });

  it('without tools and system prompt: neither field', () => {
    const bare = { system: '', tools: [], messages: request.messages.slice(0, 1) };
    expect(Object.keys(anthropicRequest('m', 1, bare))).not.toContain('tools');
    expect(Object.keys(anthropicRequest('m', 1, bare))).not.toContain('system');
    expect(openaiRequest('m', bare)).toEqual({ model: 'm', stream: true, stream_options: { include_usage: true }, messages: [{ role: 'user', content: 'Read both.' }] });
  });
});
