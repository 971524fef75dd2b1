import { expect, it } from 'vitest';
import { guide } from '../../../src/models/guide.js';
import type { ModelMessage } from '../../../src/models/model.js';

const tools = ['file_list', 'file_read', 'file_search', 'file_write', 'file_edit', 'shell_execute', 'code_execute'].map((name) => ({ name, description: '', schema: {} }));

/** A newcomer's first conversation, word by word. */
it('the guide’s first conversation', async () => {
  const messages: ModelMessage[] = [];
  const lines: string[] = [];
  for (const text of ['hello', 'can you fix my tests?', 'write notes.txt: Buy milk\nreplace "milk" with "bread" in notes.txt\nrun git status\nread notes.txt', 'fetch https://example.com']) {
    messages.push({ role: 'user', text });
    lines.push(`> ${text.replaceAll('\n', '\n> ')}`);
    for (;;) {
      let answer = '';
      const calls = [];
      for await (const event of guide.stream({ system: '', messages, tools }, new AbortController().signal)) {
        if (event.type === 'text') answer += event.text;
        if (event.type === 'call') calls.push(event.call);
      }
      lines.push(answer.trimEnd());
      messages.push({ role: 'assistant', text: answer, calls });
      const call = calls[0];
      if (!call) break;
      lines.push(`[${call.id} ${call.name} ${call.argumentsJson}]`);
      const isError = call.name === 'shell_execute';
      messages.push({ role: 'tool', callId: call.id, name: call.name, text: isError ? 'The person denied this call.' : `result of ${call.name}`, isError });
    }
  }
  await expect(`${lines.join('\n\n')}\n`).toMatchFileSnapshot('guide.md');
});
