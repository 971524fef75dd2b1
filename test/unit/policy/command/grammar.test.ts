import { describe, expect, it } from 'vitest';
import { createGrammarReader } from '../../../../src/policy/command/grammar.js';
import { locateWasm } from './command-fakes.js';

const read = createGrammarReader(locateWasm);

/** The words as the grammar cuts them, or what it takes the command for. */
async function cut(command: string): Promise<readonly string[] | string> {
  const reading = await read(command);
  return 'words' in reading ? reading.words.map(({ start, end }) => command.slice(start, end)) : reading.other;
}

describe('[P12] the bash grammar', () => {
  it.each([
    ['ls', ['ls']],
    ['ls -la  src', ['ls', '-la', 'src']],
    ['head -n 5 a.b', ['head', '-n', '5', 'a.b']],
    [`echo 'a b' "c d" e'f'"g"`, ['echo', `'a b'`, `"c d"`, `e'f'"g"`]],
    ['echo "" \'\'', ['echo', '""', "''"]],
    ['rg "a$" x', ['rg', '"a$"', 'x']],
    ['echo a\\ b', ['echo', 'a\\ b']],
    [`'ls' -l`, [`'ls'`, '-l']],
    ['tool 5 5', ['tool', '5', '5']],
  ])('finds the words of %s', async (command, words) => {
    expect(await cut(command)).toEqual(words);
  });

  it.each([
    ['', 'nothing'],
    ['ls; id', 'several parts'],
    ['ls &', 'several parts'],
    ['ls\nid', 'several parts'],
    ['# only a comment', 'comment'],
    ['ls # a comment', 'several parts'],
    ['ls | id', 'pipeline'],
    ['ls && id', 'list'],
    ['(ls)', 'subshell'],
    ['{ ls; }', 'compound_statement'],
    ['! ls', 'negated_command'],
    ['ls > f', 'redirected_statement'],
    ['A=b', 'variable_assignment'],
    ['A=b ls', 'variable_assignment'],
    ['export A', 'declaration_command'],
    ['unset A', 'unset_command'],
    ['[ a ]', 'test_command'],
    ['if true; then ls; fi', 'if_statement'],
    ['for a in b; do ls; done', 'for_statement'],
    ['f() { ls; }', 'function_definition'],
    ['echo $(id)', 'not literal'],
    ['echo `id`', 'not literal'],
    ['echo $x', 'not literal'],
    ['echo "a $x"', 'not literal'],
    ['echo "$(id)"', 'not literal'],
    ['echo a$(id)b', 'not literal'],
    ['echo <(id)', 'not literal'],
    ['echo {1..3}', 'not literal'],
    [`echo $'a'`, 'not literal'],
    ['$x a', 'not literal'],
    ['"$(id)" a', 'not literal'],
    ["echo 'a", 'an error'],
    ['if ls', 'an error'],
    ['ls )', 'an error'],
  ])('takes %j for more than words', async (command, other) => {
    expect(await cut(command)).toBe(other);
  });

  it('refuses what it makes nothing of, and lets go of every tree', async () => {
    const wasm = await import('web-tree-sitter');
    const { parse } = wasm.Parser.prototype;
    let alive = 0;
    wasm.Parser.prototype.parse = function (this: InstanceType<typeof wasm.Parser>, ...args: Parameters<typeof parse>) {
      const tree = parse.apply(this, args);
      if (!tree || args[0] === 'nothing') return null;
      alive++;
      const drop = tree.delete.bind(tree);
      tree.delete = () => {
        alive--;
        drop();
      };
      return tree;
    };
    try {
      expect(await read('nothing')).toEqual({ other: 'no tree' });
      for (const command of ['ls', 'ls; id', '(', '']) await read(command);
      expect(alive).toBe(0);
    } finally {
      wasm.Parser.prototype.parse = parse;
    }
  });
});
