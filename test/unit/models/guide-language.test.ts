import { describe, expect, it } from 'vitest';
import { type GuideStep, parseGuideMessage } from '../../../src/models/guide-language.js';

const steps = (text: string): readonly Pick<GuideStep, 'tool' | 'arguments'>[] => {
  const message = parseGuideMessage(text);
  if (message.kind !== 'steps') throw new Error(`${message.kind}: ${JSON.stringify(message)}`);
  return message.steps.map(({ tool, arguments: args }) => ({ tool, arguments: args }));
};
const step = (text: string) => {
  const all = steps(text);
  expect(all).toHaveLength(1);
  return all[0];
};

describe('the language of the built-in guide', () => {
  it.each([
    ['list', { tool: 'file_list', arguments: {} }],
    ['LIST src/models', { tool: 'file_list', arguments: { path: 'src/models' } }],
    ['list "my folder"', { tool: 'file_list', arguments: { path: 'my folder' } }],
    ['read README.md', { tool: 'file_read', arguments: { path: 'README.md' } }],
    ['read README.md 3-20', { tool: 'file_read', arguments: { path: 'README.md', from: 3, to: 20 } }],
    ['read README.md 7', { tool: 'file_read', arguments: { path: 'README.md', from: 7, to: 7 } }],
    ['read my notes.txt lines 1-2', { tool: 'file_read', arguments: { path: 'my notes.txt', from: 1, to: 2 } }],
    ['read "chapter 7"', { tool: 'file_read', arguments: { path: 'chapter 7' } }],
    ['read "chapter 7" 1-5', { tool: 'file_read', arguments: { path: 'chapter 7', from: 1, to: 5 } }],
    ['search TODO', { tool: 'file_search', arguments: { pattern: 'TODO' } }],
    ['search TODO in src', { tool: 'file_search', arguments: { pattern: 'TODO', path: 'src' } }],
    ['search made in china in docs', { tool: 'file_search', arguments: { pattern: 'made in china', path: 'docs' } }],
    ['search "made in china"', { tool: 'file_search', arguments: { pattern: 'made in china' } }],
    ['search \'say "hi"\' in "a b"', { tool: 'file_search', arguments: { pattern: 'say "hi"', path: 'a b' } }],
    ['write notes.txt: Buy milk', { tool: 'file_write', arguments: { path: 'notes.txt', text: 'Buy milk\n' } }],
    ['write C:\\x\\n.txt: a: b', { tool: 'file_write', arguments: { path: 'C:\\x\\n.txt', text: 'a: b\n' } }],
    ['write "odd: name.txt": x', { tool: 'file_write', arguments: { path: 'odd: name.txt', text: 'x\n' } }],
    ['replace "milk" with "bread" in notes.txt', { tool: 'file_edit', arguments: { path: 'notes.txt', find: 'milk', replace: 'bread' } }],
    ['replace "a\\nb\\d" with "" in `x y`', { tool: 'file_edit', arguments: { path: 'x y', find: 'a\nb\\d', replace: '' } }],
    ['replace “milk” with “bread” in n.txt', { tool: 'file_edit', arguments: { path: 'n.txt', find: 'milk', replace: 'bread' } }],
    ['run git log --oneline -5', { tool: 'shell_execute', arguments: { command: 'git log --oneline -5' } }],
    ['run echo "in quotes"', { tool: 'shell_execute', arguments: { command: 'echo "in quotes"' } }],
    ['python with data/a.csv, "b c.csv": print(1)', { tool: 'code_execute', arguments: { language: 'python', code: 'print(1)', files: ['data/a.csv', 'b c.csv'] } }],
    ['python: print(6 * 7)', { tool: 'code_execute', arguments: { language: 'python', code: 'print(6 * 7)' } }],
    ['node:console.log(1)', { tool: 'code_execute', arguments: { language: 'javascript', code: 'console.log(1)' } }],
    ['fetch https://example.com/a?b=c', { tool: 'web_fetch', arguments: { url: 'https://example.com/a?b=c' } }],
    ['search the web for tree-sitter in bash', { tool: 'web_search', arguments: { query: 'tree-sitter in bash' } }],
    ['Search the Web for "two words"', { tool: 'web_search', arguments: { query: 'two words' } }],
    ['search "the web for"', { tool: 'file_search', arguments: { pattern: 'the web for' } }],
    ['search the webhook', { tool: 'file_search', arguments: { pattern: 'the webhook' } }],
    ['search the web page in docs', { tool: 'file_search', arguments: { pattern: 'the web page', path: 'docs' } }],
  ])('understands %s', (text, expected) => {
    expect(step(text)).toEqual(expected);
  });

  it('takes one step a line, in order', () => {
    expect(steps('list\r\n\r\nread a.md\nrun npm test').map((each) => each.tool)).toEqual(['file_list', 'file_read', 'shell_execute']);
  });

  it('takes a fenced block as the text, and goes on behind it', () => {
    expect(steps('write a.md:\n````md\n# A\n```\nlist\n```\n````\nlist')).toEqual([
      { tool: 'file_write', arguments: { path: 'a.md', text: '# A\n```\nlist\n```\n' } },
      { tool: 'file_list', arguments: {} },
    ]);
  });

  it('takes an indented block as the code, without its common indent, and goes on behind it', () => {
    expect(steps('python:\n    for i in range(2):\n        print(i)\n\n    print("x")\nlist')).toEqual([
      { tool: 'code_execute', arguments: { language: 'python', code: 'for i in range(2):\n    print(i)\n\nprint("x")' } },
      { tool: 'file_list', arguments: {} },
    ]);
  });

  it('takes everything to the end when the block is neither fenced nor indented', () => {
    expect(step('python:\nfor i in range(2):\n    print(i)\nlist')).toEqual({
      tool: 'code_execute',
      arguments: { language: 'python', code: 'for i in range(2):\n    print(i)\nlist' },
    });
  });

  it('takes a fence that is never closed up to the end', () => {
    expect(step('node:\n```js\n1\n2')).toEqual({ tool: 'code_execute', arguments: { language: 'javascript', code: '1\n2' } });
  });

  it.each(['help', 'Help!', '?', 'hello', '', '  \n '])('gives help for %j', (text) => {
    expect(parseGuideMessage(text).kind).toBe('help');
  });

  it.each([
    ['please fix the bug', 'please fix the bug'],
    ['list\nmake me a sandwich\nread a', 'make me a sandwich'],
    ['list\nhelp', 'help'],
    ['readme.md', 'readme.md'],
    ['read', 'read'],
    ['run', 'run'],
    ['search', 'search'],
    ['search "a" b', 'search "a" b'],
    ['write notes.txt', 'write notes.txt'],
    ['write notes.txt:', 'write notes.txt:'],
    ['replace milk with bread in notes.txt', 'replace milk with bread in notes.txt'],
    ['replace "a" with "b"', 'replace "a" with "b"'],
    ['python print(1)', 'python print(1)'],
    ['fetch', 'fetch'],
  ])('understands nothing of %j when one line is not understood', (text, line) => {
    expect(parseGuideMessage(text)).toMatchObject({ kind: 'unknown', line });
  });

  it('stays quick on a long message', () => {
    const started = performance.now();
    parseGuideMessage(`read ${' 1'.repeat(20_000)}`);
    parseGuideMessage(`search ${' in'.repeat(20_000)}`);
    parseGuideMessage(`replace "${'\\'.repeat(50_000)}`);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
