import { describe, expect, it } from 'vitest';
import { createGrammarReader } from '../../../../src/policy/command/grammar.js';
import { parseCommand } from '../../../../src/policy/command/parse-command.js';
import { locateWasm } from './command-fakes.js';

const read = createGrammarReader(locateWasm);

async function ruleOf(command: string): Promise<string> {
  const parsed = await parseCommand(command, read);
  return 'refused' in parsed ? parsed.rule : 'parsed';
}

describe('parseCommand', () => {
  it.each([
    ['if ls', 'command.not-simple'],
    ['! ls', 'command.not-simple'],
    ['[[ a', 'command.glob'],
    ['export A=b', 'command.not-simple'],
    ['A=b ls', 'command.assignment'],
    ['A+=b ls', 'command.assignment'],
    ['function ls', 'command.not-simple'],
    ['unset PATH', 'command.not-simple'],
    ['', 'command.empty'],
    ['  ', 'command.empty'],
    ['ls \u0000', 'command.control-character'],
    ['ls\rid', 'command.control-character'],
    ['echo "a\u001b[2Kb"', 'command.control-character'],
    ['echo "a\u202eb"', 'command.hidden-character'],
    ['echo "a\u2028b"', 'command.hidden-character'],
    ['echo "\ud800"', 'command.hidden-character'],
    [`echo ${'a'.repeat(10_000)}`, 'command.too-long'],
    [`echo ${"''".repeat(301)}`, 'command.too-long'],
  ])('refuses %j', async (command, rule) => {
    expect(await ruleOf(command)).toBe(rule);
  });

  it('refuses when the grammar finds other words than the splitter', async () => {
    const fewer = await parseCommand('ls -la', async () => ({ words: [{ start: 0, end: 2 }] }));
    const elsewhere = await parseCommand('ls -la', async () => ({ words: [{ start: 0, end: 2 }, { start: 3, end: 5 }] }));
    expect([fewer, elsewhere]).toMatchObject([{ rule: 'command.not-simple' }, { rule: 'command.not-simple' }]);
  });

  it('refuses when the grammar cannot be loaded, and tries again the next time', async () => {
    let broken = true;
    const flaky = createGrammarReader((name) => (broken && name === 'tree-sitter-bash.wasm' ? '/nowhere.wasm' : locateWasm(name)));
    expect(await parseCommand('ls', flaky)).toMatchObject({ rule: 'command.grammar-unavailable' });
    broken = false;
    expect(await parseCommand('ls', flaky)).toMatchObject({ words: [{ text: 'ls' }] });
  });

  it('answers fast, whatever is nested', async () => {
    await ruleOf('ls');
    const started = performance.now();
    for (const command of ['('.repeat(9_000), '$('.repeat(4_900), `echo ${'"'.repeat(9_000)}`, `echo ${"''".repeat(4_900)}`, `ls ${'{'.repeat(9_000)}`, `ls ${'a '.repeat(4_900)}`, `if ${'if '.repeat(3_000)}`]) await ruleOf(command);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
