import { describe, expect, it } from 'vitest';
import { OpenAICalls } from '../../../src/models/openai-calls.js';

const put = (...pieces: Parameters<OpenAICalls['add']>[0][]) => {
  const calls = new OpenAICalls();
  for (const piece of pieces) calls.add(piece);
  return calls.finished();
};

describe('streamed calls of nearly compatible servers', () => {
  it('are told apart by their index', () => {
    expect(
      put(
        { index: 0, id: 'a', function: { name: 'x', arguments: '{"p"' } },
        { index: 1, id: 'b', function: { name: 'y', arguments: '' } },
        { index: 0, function: { arguments: ':1}' } },
        { index: 1, function: { arguments: '{}' } },
      ),
    ).toEqual([
      { id: 'a', name: 'x', argumentsJson: '{"p":1}' },
      { id: 'b', name: 'y', argumentsJson: '{}' },
    ]);
  });

  it('are told apart by their id when all have the same index', () => {
    expect(put({ index: 0, id: 'a', function: { name: 'x', arguments: '{}' } }, { index: 0, id: 'b', function: { name: 'y', arguments: '{"q":2}' } }).map((each) => [each.id, each.argumentsJson])).toEqual([['a', '{}'], ['b', '{"q":2}']]);
  });

  it('are put together when id and name are repeated in each piece', () => {
    expect(put({ index: 0, id: 'a', function: { name: 'x', arguments: '{"p":' } }, { index: 0, id: 'a', function: { name: 'x', arguments: '1}' } })).toEqual([{ id: 'a', name: 'x', argumentsJson: '{"p":1}' }]);
  });

  it('are told apart by their id when there is no index', () => {
    expect(put({ id: 'a', function: { name: 'x', arguments: '{' } }, { function: { arguments: '}' } }, { id: 'b', function: { name: 'y', arguments: '{}' } }).map((each) => each.argumentsJson)).toEqual(['{}', '{}']);
  });

  it('get an id of their own when the server gives none', () => {
    const [first, second] = put({ index: 0, function: { name: 'x', arguments: '{}' } }, { index: 1, function: { name: 'x', arguments: '{}' } });
    expect(first?.id).toMatch(/^call_[0-9a-f]{32}$/);
    expect(second?.id).not.toBe(first?.id);
  });
});
