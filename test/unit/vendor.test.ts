import { createRequire } from 'node:module';
import path from 'node:path';
import type * as TreeSitter from 'web-tree-sitter';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildAll } from '../../scripts/build.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const load = (name: string): Record<string, unknown> => createRequire(import.meta.url)(path.join(root, 'dist/vendor', name)) as Record<string, unknown>;

/** What our code takes from each heavy package, in the form in which the packaged extension loads it. */
describe('the bundled packages', () => {
  beforeAll(async () => buildAll(), 60_000);

  it.each([
    ['dockerode.js', undefined],
    ['sql-js.js', undefined],
    ['undici.js', 'Agent'],
    ['web-tree-sitter.js', 'Parser'],
    ['anthropic-ai-sdk.js', 'Anthropic'],
    ['openai.js', 'OpenAI'],
  ])('%s loads and exports what is used of it', (file, name) => {
    const loaded = load(file);
    expect(typeof (name === undefined ? loaded : loaded[name])).toBe('function');
  });

  it('parses a command with the bundled grammar', async () => {
    const { Parser, Language } = load('web-tree-sitter.js') as unknown as typeof TreeSitter;
    const at = (name: string): string => path.join(root, 'dist/vendor', name);
    await Parser.init({ locateFile: () => at('web-tree-sitter.wasm') });
    const parser = new Parser();
    parser.setLanguage(await Language.load(at('tree-sitter-bash.wasm')));
    expect(parser.parse('git status')?.rootNode.firstChild?.type).toBe('command');
  });
});
