import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../../src/policy/command/refusal.js';
import { splitWords } from '../../../../src/policy/command/split-words.js';

function texts(command: string): readonly string[] | string {
  const words = splitWords(command);
  return isRefusal(words) ? words.rule : words.map((word) => word.text);
}

describe('splitWords', () => {
  it.each([
    ['ls -la', ['ls', '-la']],
    ['  ls\t-la  ', ['ls', '-la']],
    [`echo 'a b' "c d" e\\ f`, ['echo', 'a b', 'c d', 'e f']],
    [`echo 'it'\\''s'`, ['echo', "it's"]],
    [`echo "" ''`, ['echo', '', '']],
    ['echo "a\\"b\\\\c\\$d\\`e\\n"', ['echo', 'a"b\\c$d`e\\n']],
    ['echo \\$HOME', ['echo', '$HOME']],
    ['echo "a\nb"', ['echo', 'a\nb']],
    [`rg "foo$" 'x$'`, ['rg', 'foo$', 'x$']],
    ['git show stash@{0} HEAD~1', ['git', 'show', 'stash@{0}', 'HEAD~1']],
    ['echo a#b', ['echo', 'a#b']],
    ['echo 👍 "👨‍💻"', ['echo', '👍', '👨‍💻']],
    ['', []],
    ['x a"b c"d', ['x', 'ab cd']],
    ['echo "a $ b" "c$"', ['echo', 'a $ b', 'c$']],
    ['echo a,b} }{a {} {a} {a,b {a..b {x', ['echo', 'a,b}', '}{a', '{}', '{a}', '{a,b', '{a..b', '{x']],
    [`echo${' a'.repeat(399)}`, ['echo', ...Array.from({ length: 399 }, () => 'a')]],
  ])('reads %j as bash does', (command, words) => {
    expect(texts(command)).toEqual(words);
  });

  it.each([
    ['ls; id', 'command.chaining'],
    ['ls\nid', 'command.chaining'],
    ['ls & id', 'command.chaining'],
    ['ls | id', 'command.pipe'],
    ['ls > f', 'command.redirect'],
    ['cat < f', 'command.redirect'],
    ['(ls)', 'command.group'],
    ['echo `id`', 'command.substitution'],
    ['echo "`id`"', 'command.substitution'],
    ['echo $(id)', 'command.expansion'],
    ['echo "$(id)"', 'command.expansion'],
    ['echo "$x"', 'command.expansion'],
    ['echo "a$', 'command.expansion'],
    ['ls *', 'command.glob'],
    ['ls a?', 'command.glob'],
    ['ls [ab]', 'command.glob'],
    ['ls ~', 'command.tilde'],
    ['make PREFIX=~/x', 'command.tilde'],
    ['ls # x', 'command.comment'],
    ['echo {a,b}', 'command.braces'],
    ['echo {1..3}', 'command.braces'],
    ['echo {a{b},c}', 'command.braces'],
    ['echo {a,b}..', 'command.braces'],
    ['echo {a..b},', 'command.braces'],
    ['echo x,{a,b}', 'command.braces'],
    ["echo 'a", 'command.unclosed-quote'],
    ['echo "a', 'command.unclosed-quote'],
    ['echo a\\', 'command.unclosed-quote'],
    ['echo "a\\', 'command.unclosed-quote'],
    ['ls \\\n-la', 'command.line-continuation'],
    ['echo "a\\\nb"', 'command.line-continuation'],
    ['ls\u00a0-la', 'command.hidden-character'],
    ['ls\u200b', 'command.hidden-character'],
    ['ls \\\u00a0', 'command.hidden-character'],
    [`echo${' a'.repeat(400)}`, 'command.too-long'],
  ])('refuses %j', (command, rule) => {
    expect(texts(command)).toBe(rule);
  });

  it('says where each word stands and whether it was written plainly', () => {
    expect(splitWords(`a 'b'c`)).toEqual([
      { text: 'a', plain: true, start: 0, end: 1 },
      { text: 'bc', plain: false, start: 2, end: 6 },
    ]);
    expect(splitWords('"a" \\b c')).toMatchObject([{ text: 'a', plain: false, start: 0, end: 3 }, { text: 'b', plain: false, start: 4, end: 6 }, { text: 'c', plain: true, start: 7, end: 8 }]);
  });
});
