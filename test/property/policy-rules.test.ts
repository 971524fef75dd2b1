import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import picomatch from 'picomatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileGlob, type Glob } from '../../src/policy/rules/glob.js';
import { createRuleChecker } from '../../src/policy/rules/rule-checker.js';
import { allTools } from '../../src/tools/all-tools.js';
import { testGuard } from '../unit/policy/command/command-fakes.js';
import { makeRuledPolicy, type RuledPolicy } from '../unit/policy/ruled-policy.js';

const { parse } = testGuard();
const checker = createRuleChecker({ parse, tools: allTools.map(({ name }) => name) });
const stateOf = async (rule: object): Promise<string> => (await checker.file(JSON.stringify({ version: 1, rules: [{ id: 'a', verdict: 'deny', reason: 'r', ...rule }] }), 's', '/w')).state;

function glob(pattern: string): Glob {
  const compiled = compileGlob(pattern);
  if (!compiled.ok) throw new Error(`${pattern}: ${compiled.problem}`);
  return compiled.glob;
}

const letter = fc.constantFrom('a', 'b', '.', '-');
const name = fc.string({ unit: letter, minLength: 1, maxLength: 4 }).filter((each) => each !== '.' && each !== '..');
const relative = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const part = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-', '*', '?', '[ab]', '[^a]', '{a,b}'), minLength: 1, maxLength: 5 }).filter((each) => each !== '.' && each !== '..' && !each.includes('**'));
const pattern = fc.array(fc.oneof({ weight: 3, arbitrary: part }, { weight: 1, arbitrary: fc.constant('**') }), { minLength: 2, maxLength: 5 }).map((parts) => parts.join('/'));

describe('globs', () => {
  it('mean what they mean to picomatch, for every pattern with a slash that does not end in **', () => {
    fc.assert(
      fc.property(pattern, relative, (given, path) => {
        // There it holds that `a/**` means `a`, too, but `*/**` does not.
        fc.pre(compileGlob(given).ok && !given.endsWith('**'));
        expect(glob(given).matches(path)).toBe(picomatch(given, { dot: true })(path));
      }),
      { numRuns: 5_000 },
    );
  });

  it('cover a folder that they would walk into, whenever they match something below it', () => {
    fc.assert(
      fc.property(pattern, relative, fc.nat(), (given, path, cut) => {
        const compiled = compileGlob(given);
        if (!compiled.ok || !compiled.glob.matches(path)) return;
        const names = path.split('/');
        const above = names.slice(0, cut % (names.length + 1)).join('/') || '.';
        expect(compiled.glob.matchesBelow(above)).toBe(true);
        expect(compiled.glob.matchesAbove(`${path}/x`)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('never throw, and never take long, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '*', '**/', '?', '[', ']', '{', '}', ',', '\\', '/', '!', '(', ')', '-', '.'), maxLength: 60 }), fc.string({ unit: fc.constantFrom('a', '/', 'b'), maxLength: 400 }), (given, path) => {
        const started = performance.now();
        const compiled = compileGlob(given);
        if (compiled.ok) compiled.glob.matchesBelow(path);
        expect(performance.now() - started).toBeLessThan(1_000);
      }),
      { numRuns: 3_000 },
    );
  });
});

/** A pattern that a path fits: some of its characters become wildcards, some names `**`. */
const fitting = fc.tuple(fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 6 }).filter((each) => /^[\w .@+-]+$/.test(each) && !/^\.+$/.test(each) && !/[. ]$|^ /.test(each)), { minLength: 1, maxLength: 4 }), fc.array(fc.nat(9), { minLength: 30, maxLength: 30 })).map(([names, dice]) => {
  let at = 0;
  const die = (): number => dice[at++ % dice.length] ?? 0;
  const parts = names.map((each) => (die() === 0 ? '**' : Array.from(each).map((character) => (die() === 1 ? '*' : die() === 2 ? '?' : character)).join('').replaceAll(/\*+/g, '*')));
  return { path: names.join('/'), pattern: [...parts.slice(0, -1), parts.at(-1) === '**' ? '*' : parts.at(-1)].join('/') };
});

describe('the tests that a rule carries', () => {
  it('hold for an example that its pattern was made from, and fail the other way round', async () => {
    await fc.assert(
      fc.asyncProperty(fitting, async ({ path: example, pattern: made }) => {
        expect(await stateOf({ match: { paths: [made] }, tests: { match: [example] } })).toBe('ready');
        expect(await stateOf({ match: { paths: [made] }, tests: { notMatch: [example] } })).toBe('broken');
      }),
      { numRuns: 500 },
    );
  });

  it('hold for a command that goes on after the rule’s words', async () => {
    const word = fc.stringMatching(/^x[a-z]{0,4}$/);
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 3 }), fc.array(fc.tuple(fc.nat(3), fc.constantFrom('-x', '--long', '--k=v')), { maxLength: 2 }), fc.array(word, { maxLength: 2 }), async (words, flags, rest) => {
        const command = [...words];
        for (const [at, flag] of flags) command.splice(1 + (at % command.length), 0, flag);
        expect(await stateOf({ match: { command: [words.join(' ')] }, tests: { match: [[...command, ...rest].join(' ')] } })).toBe('ready');
      }),
      { numRuns: 300 },
    );
  });
});

describe('a folder that a rule denies', () => {
  let policy: RuledPolicy;
  beforeAll(async () => {
    policy = makeRuledPolicy();
    policy.put('Secret Straße/Plans/one.txt');
    mkdirSync(path.join(policy.folder, 'other/deep'), { recursive: true });
    symlinkSync('../Secret Straße', path.join(policy.folder, 'other/link'));
    await policy.setWorkspace({ id: 'keep', verdict: 'deny', reason: 'Kept.', match: { paths: ['secret straße/**'] } });
  });
  afterAll(() => policy.dispose());

  const detours = ['', './', 'other/../', 'other/deep/../../', './/.//', 'nowhere/../'];
  const spellings: readonly ((text: string) => string)[] = [
    (text) => text, (text) => text.toUpperCase(), (text) => text.toLowerCase(), (text) => text.normalize('NFD'), (text) => text.replaceAll('s', 'ſ'),
    (text) => `${text.slice(0, 2)}\u200d${text.slice(2)}`, (text) => text.replaceAll('a', 'ａ'), (text) => text.replaceAll('ß', 'ss'), (text) => text.replaceAll('ß', 'ẞ'),
  ];

  it('[P14] is never reached by another name, spelling or detour', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...detours), fc.constantFrom(...spellings), fc.constantFrom(...spellings), fc.constantFrom('', '/', '/Plans', '/Plans/one.txt', '/new/file', '//Plans/../Plans'), fc.constantFrom('file_read', 'file_list', 'file_write'), async (detour, one, two, below, tool) => {
        const { decision } = await policy.decide(tool, `${detour}${two(one('Secret Straße'))}${below}`);
        expect(decision.verdict).toBe('deny');
      }),
      { numRuns: 600 },
    );
    for (const name of ['other/link', 'other/link/Plans/one.txt', 'other/deep/../link/Plans']) expect(await policy.verdict('file_read', name)).toBe('deny workspace.keep');
  });
});
