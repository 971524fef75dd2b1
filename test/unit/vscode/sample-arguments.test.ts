import { describe, expect, it } from 'vitest';
import { agentProfiles } from '../../../src/agent/profiles.js';
import { checkArguments } from '../../../src/gate/arguments.js';
import { allTools } from '../../../src/tools/all-tools.js';
import { ToolRegistry } from '../../../src/tools/registry.js';
import { sampleArguments } from '../../../src/vscode/sample-arguments.js';

const tools = new ToolRegistry(allTools);
const offered = tools.offeredTo({ ...agentProfiles[0], tools: 'all' });

describe('the sample of a tool’s arguments', () => {
  it.each(offered.map((each) => [each.name, each] as const))('is a whole call of %s, once its main argument is given', (name, each) => {
    const { main, sample } = sampleArguments(each);
    const tool = tools.get(name);
    if (!tool) throw new Error(`${name} is offered and not there.`);
    expect(checkArguments(tool, JSON.stringify({ ...sample, ...(main !== undefined && { [main]: 'src' }) }))).toMatchObject({ ok: true });
  });

  it('is mostly about what a person would name', () => {
    const mains = Object.fromEntries(offered.map((each) => [each.name, sampleArguments(each).main]));
    expect(mains).toMatchObject({ file_read: 'path', file_write: 'path', shell_execute: 'command', code_execute: 'code', web_fetch: 'url', web_search: 'query' });
  });

  it('has something for every type, and no main argument where none is a text', () => {
    const properties = { kind: { type: 'string', enum: ['a', 'b'] }, count: { type: 'integer', minimum: 3 }, part: { type: 'number' }, on: { type: 'boolean' }, all: { type: 'array' }, more: { type: 'object' } };
    const { main, sample } = sampleArguments({ schema: { properties, required: Object.keys(properties) } });
    expect({ main, sample }).toEqual({ main: undefined, sample: { kind: 'a', count: 3, part: 1, on: false, all: [], more: {} } });
  });
});
