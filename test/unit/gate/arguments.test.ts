import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkArguments, mostArgumentCharacters } from '../../../src/gate/arguments.js';
import { defineTool } from '../../../src/tools/tool.js';

const tool = (schema: z.ZodType) =>
  defineTool({ name: 'try_it', description: '', schema, effect: 'read', risk: 'low', approval: 'grantable', title: () => '', subjects: () => [], run: async () => ({ text: '' }) });
const refusal = (schema: z.ZodType, json: string): string => {
  const checked = checkArguments(tool(schema), json);
  if (checked.ok) throw new Error('accepted');
  return checked.reason;
};

describe('checkArguments', () => {
  it('reads nothing at all, and blanks, as no arguments', () => {
    for (const json of ['', ' \n', '{}']) expect(checkArguments(tool(z.object({})), json)).toEqual({ ok: true, value: {}, canonical: '{}' });
  });

  it('reads as many characters as the limit and not one more, and says so', () => {
    const of = (length: number) => JSON.stringify('x'.repeat(length - 2));
    expect(checkArguments(tool(z.string()), of(mostArgumentCharacters)).ok).toBe(true);
    expect(refusal(z.string(), of(mostArgumentCharacters + 1))).toBe('The arguments have 1000001 characters; at most 1000000 are read.');
  });

  it('refuses what is not JSON', () => {
    expect(refusal(z.object({}), '{"a":')).toBe('The arguments are not JSON.');
  });

  it('names each place that does not fit by its path, and the whole where there is none', () => {
    const nested = z.object({ a: z.object({ b: z.number() }), c: z.string() });
    expect(refusal(nested, '{"a":{"b":"x"},"c":1}')).toMatch(/^The arguments do not fit try_it: a\.b: .+; c: .+\.$/);
    expect(refusal(nested, '7')).toMatch(/^The arguments do not fit try_it: arguments: .+\.$/);
  });

  it('names five places at most', () => {
    const json = JSON.stringify(Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => [name, 'x'])));
    expect(refusal(z.record(z.string(), z.number()), json).split(';')).toHaveLength(5);
  });

  it('makes one text of the same arguments in any order', () => {
    const schema = z.object({ a: z.number(), b: z.number() });
    expect(checkArguments(tool(schema), '{"b":2,"a":1}')).toMatchObject({ canonical: '{"a":1,"b":2}' });
  });
});
