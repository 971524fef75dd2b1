import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteWords } from '../../src/policy/command/quote-words.js';
import { isRefusal } from '../../src/policy/command/refusal.js';
import { splitWords } from '../../src/policy/command/split-words.js';
import { whitelist } from '../../src/policy/command/whitelist.js';
import { testGuard, trusted } from '../unit/policy/command/command-fakes.js';

const guard = testGuard();
const permitted = fc.constantFrom(...whitelist.flatMap((entry) => entry.match));
/** Words of anything a person can see, shell signs and line breaks included. */
const literal = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((word) => !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(word));
const anySign = fc.string({ unit: fc.constantFrom(...Array.from(`ab =-'"\\$\`;&|<>(){}[]*?~#!\n\t\r\0,./%^:`)), maxLength: 25 });

async function verdictOf(command: string): Promise<string> {
  return (await guard.decide({ kind: 'command', command }, trusted)).verdict;
}

describe('the command guard, whatever it is given', () => {
  it('reads any quoted words back as the same words, with both readers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(literal, { maxLength: 6 }), async (rest) => {
        const words = ['echo', ...rest];
        const parsed = await guard.parse(quoteWords(words));
        expect(isRefusal(parsed) ? parsed.rule : parsed.words.map((word) => word.text)).toEqual(words);
      }),
      { numRuns: 500, examples: [[['\u3164']]] },
    );
  });

  it('reads the same words from double quotes as from single ones', () => {
    fc.assert(
      fc.property(literal, (word) => {
        const doubled = splitWords(`echo "${word.replaceAll(/["\\$`]/g, '\\$&')}"`);
        expect(isRefusal(doubled) ? doubled.rule : doubled[1]?.text).toBe(word);
      }),
    );
  });

  it('never permits a command with a second one behind it', async () => {
    const joiners = fc.constantFrom(';', ' ; ', '&&', ' && ', '||', ' || ', '|', ' | ', ' |& ', '&', ' & ', '\n', '\r\n', '\r', ' \\\n; ', ' $(', ' `', ' > ', ' >> ', ' < ', ' <<< ', ' <(', '\u2028', '\u0085', ' #\n');
    const seconds = fc.constantFrom('id', 'rm -rf .', 'ls', 'git status', ')', '`', 'f');
    await fc.assert(
      fc.asyncProperty(permitted, joiners, seconds, async (command, joiner, second) => {
        expect(await verdictOf(command + joiner + second)).toBe('deny');
      }),
      { numRuns: 600 },
    );
  });

  it('never permits a command with an assignment, a wrapper or another program in front of it', async () => {
    const fronts = fc.constantFrom('A=b ', 'PATH=. ', 'sudo ', 'env ', 'timeout 5 ', 'nice ', 'xargs ', 'sh -c ', 'time ', 'exec ', 'command ', '! ', './', '/bin/', '\\', '{ ', '( ', '$', 'x');
    await fc.assert(
      fc.asyncProperty(permitted, fronts, async (command, front) => {
        // A backslash in front of the first letter spells the same name, and is refused for hiding it.
        expect(await verdictOf(front + command)).toBe('deny');
      }),
      { numRuns: 400 },
    );
  });

  it('only ever asks or denies, names a rule, and never throws', async () => {
    const commands = fc.oneof(anySign, fc.tuple(permitted, anySign).map(([command, tail]) => `${command} ${tail}`), fc.string({ unit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(commands, fc.boolean(), async (command, isTrusted) => {
        const decision = await guard.decide({ kind: 'command', command }, { ...trusted, trusted: isTrusted });
        expect(decision.verdict).toBe(decision.verdict === 'ask' && isTrusted ? 'ask' : 'deny');
        expect(decision.rule).toMatch(/^(?:command|path|trust)\.[a-z-]+$/);
        expect(decision.grant === undefined).toBe(decision.verdict === 'deny');
      }),
      { numRuns: 1_000 },
    );
  });

  it('plans to run the words it was given, in their order, and nothing but its own flags besides', async () => {
    await fc.assert(
      fc.asyncProperty(permitted, async (command) => {
        const [{ plan }, parsed] = [await guard.judge({ command }, trusted), await guard.parse(command)];
        if (isRefusal(parsed) || !plan) throw new Error(`not permitted: ${command}`);
        const given = parsed.words.map((word) => word.text).filter((word) => word !== '--no-pager').slice(1 + ownWords(plan.subcommand, command));
        let at = 0;
        for (const word of plan.args) if (word === given[at]) at++;
        expect(at).toBe(given.length);
      }),
    );
  });
});

/** `git stash show` takes no paths, so it is run as `git diff`. */
function ownWords(subcommand: readonly string[], command: string): number {
  return command.startsWith('git stash show ') ? 2 : subcommand.length;
}
