import { describe, expect, it } from 'vitest';
import { answerEntry, heal, resultEntry, userEntry } from '../../../src/agent/history.js';
import { faultOf } from './scripted.js';

const call = (id: string, name = 'file_read', argumentsJson = '{}') => ({ id, name, argumentsJson });

describe('heal', () => {
  it('fills in missing results, drops stray ones, and puts the rest in the order of the calls', () => {
    const [a, b, c, stray] = [call('a'), call('b'), call('c'), call('stray')];
    const healed = heal([userEntry('u', 'x'), resultEntry(stray, { state: 'done', text: '?' }), answerEntry('n', '', [a, b, c])!, resultEntry(c, { state: 'done', text: 'C' }), userEntry('u2', 'y'), resultEntry(a, { state: 'done', text: 'A' })]);
    expect(faultOf(healed)).toBeUndefined();
    expect(healed.map((each) => each.message.text)).toEqual(['x', '', 'A', 'Stopped before it had a result.', 'C', 'y']);
  });

  it('leaves a valid history as it is', () => {
    const valid = [userEntry('u', 'x'), answerEntry('n', 'y', [call('a')])!, resultEntry(call('a'), { state: 'failed', text: 'no' })];
    expect(heal(valid)).toEqual(valid);
  });
});

describe('what is sent back to a provider', () => {
  it('has names and arguments that every provider takes, whatever the model wrote', () => {
    const entries = ['a b', '', '../../x', 'é'.repeat(200)].map((name) => answerEntry('n', '', [call('a', name, '{broken')]));
    for (const entry of entries) {
      const written = entry?.message.role === 'assistant' ? entry.message.calls[0] : undefined;
      expect(written?.name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      expect(JSON.parse(written?.argumentsJson ?? '')).toEqual({ notAnObject: '{broken' });
    }
  });

  it('has no torn surrogates and no empty results', () => {
    expect(userEntry('u', 'a\ud800b').message.text).toBe('a\ufffdb');
    expect(resultEntry(call('a'), { state: 'done', text: ' \n' }).message.text).toBe('(no output)');
  });

  it('leaves out an answer that says nothing', () => {
    expect(answerEntry('n', ' \n ', [])).toBeUndefined();
  });
});
