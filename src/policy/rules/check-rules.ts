import { setImmediate as itsTurn } from 'node:timers/promises';
import type * as z from 'zod/mini';
import { isRefusal } from '../command/refusal.js';
import { compileRule, type CompiledRule } from './compile-rule.js';
import { describeIssue } from './describe-issue.js';
import { type JsonPath, type JsonText, readJson } from './read-json.js';
import { type PolicyRule, policyFileSchema, userRulesSchema } from './rule.js';
import { brokenLayer, type RuleLayer, type RuleProblem } from './rule-layer.js';
import { type ParseCommand, runSelfTests } from './self-tests.js';

export interface RulesText {
  /** `file`: a workspace's `.axon/policy.json`. `list`: the user's rules, an array, as JSON. */
  readonly kind: 'file' | 'list';
  readonly text: string;
  /** Where it stands, for a person: `your settings`, `.axon/policy.json in app`. */
  readonly source: string;
  /** Absolute real folder that path globs start from; absent: every workspace folder. */
  readonly folder?: string;
}

/** What the names in a rule are understood by. */
export interface RuleNames {
  readonly parse: ParseCommand;
  /** Every tool there is. A rule about another one would protect nothing, without a word; outside servers' tools come and go. */
  readonly tools: readonly string[];
}

/** UTF-16 units. A file that is longer is broken, not cut. */
export const mostRulesText = 256 * 1024;

/** All the globs of one text, with braces written out: a path is compared with each. */
const mostGlobs = 4_000;
/** All the commands of one text, those of tests included: each is read by the grammar. */
const mostCommands = 3_000;
/** A person mends the first ones, and then sees the next. */
const mostProblems = 50;
/** Reserved by the engine for decisions of its own. */
const reservedIds: readonly string[] = ['auto-approve', 'broken-rules'];

/**
 * Reads a list of rules: strict JSON, the schema, what no schema can say, and the rules' own tests. Any problem breaks
 * the whole, since a rule that is left out could be the one that refuses. Never rejects.
 */
export async function checkRules({ kind, text, source, folder }: RulesText, { parse, tools }: RuleNames): Promise<RuleLayer> {
  try {
    if (text.length > mostRulesText) return brokenLayer(source, { message: `There are more than ${mostRulesText / 1024} KB of rules.` });
    const read = readJson(text.replace(/^\ufeff/, ' '));
    if (!read.ok) return brokenLayer(source, ...read.problems.slice(0, mostProblems));
    const { json } = read;
    const parsed = kind === 'file' ? policyFileSchema.safeParse(json.value, { reportInput: true }) : userRulesSchema.safeParse(json.value, { reportInput: true });
    if (!parsed.success) return brokenLayer(source, ...problemsOf(parsed.error.issues, json, kind === 'file' ? 1 : 0));
    const rules = Array.isArray(parsed.data) ? parsed.data : parsed.data.rules;
    const above: JsonPath = kind === 'file' ? ['rules'] : [];
    const { compiled, problems } = await compileAll(rules, { folder, parse, tools, report: (path, message) => json.at([...above, ...path], message) });
    if (problems.length > 0) return brokenLayer(source, ...problems.slice(0, mostProblems));
    return { state: 'ready', rules: rules.map((rule, index) => ({ rule, source, covers: compiled[index] ?? never, ...(folder !== undefined && { folder }) })) };
  } catch {
    // Fail closed: a mistake of ours in reading them is no reason to go on without them.
    return brokenLayer(source, { message: 'The rules could not be checked.' });
  }
}

const never = { call: () => true, path: () => true };

interface Compiling {
  readonly folder: string | undefined;
  readonly parse: ParseCommand;
  readonly tools: readonly string[];
  readonly report: (path: JsonPath, message: string) => RuleProblem;
}

async function compileAll(rules: readonly PolicyRule[], { folder, parse, tools, report }: Compiling): Promise<{ compiled: CompiledRule[]; problems: RuleProblem[] }> {
  const compiled: CompiledRule[] = [];
  const problems: RuleProblem[] = [];
  const ids = new Set<string>();
  let globs = 0;
  const tooMuch = firstBeyond(mostCommands, rules);
  if (tooMuch !== -1) return { compiled, problems: [report([tooMuch, 'match', 'command'], `Rule ${rules[tooMuch]?.id ?? ''}: With this rule there are more than ${mostCommands} commands, those of tests included.`)] };
  for (const [index, rule] of rules.entries()) {
    const before = problems.length;
    const problem = (path: JsonPath, message: string): void => void problems.push(report([index, ...path], `Rule ${rule.id}: ${message}`));
    if (ids.has(rule.id)) problem(['id'], 'Another rule has this id.');
    if (reservedIds.includes(rule.id)) problem(['id'], 'This id is Axon’s own: choose another one.');
    ids.add(rule.id);
    // The rules can be a stranger's: the editor gets its turn in between.
    if (rule.match?.command) await itsTurn();
    for (const name of [rule.tool ?? []].flat()) if (!isKnownTool(name, tools)) problem(['tool'], `No tool is named ${name}. There are: ${tools.join(', ')}; and those of MCP servers, mcp_…`);
    const one = await compileRule(rule, { folder, problem, wordsOf: (command) => wordsOf(command, parse) });
    compiled.push(one);
    globs += one.globs;
    if (globs > mostGlobs) problem(['match', 'paths'], `With this rule there are more than ${mostGlobs} patterns, each written out.`);
    if (problems.length > before) continue;
    for (const { list, index: at, message } of await runSelfTests(rule, one, parse)) problem(['tests', list, at], message);
  }
  return { compiled, problems };
}

/** The rule with which there are more commands than `most`; -1 when there are not. */
function firstBeyond(most: number, rules: readonly PolicyRule[]): number {
  let count = 0;
  return rules.findIndex(({ match, tests }) => {
    if (match?.command) count += match.command.length + (tests?.match?.length ?? 0) + (tests?.notMatch?.length ?? 0);
    return count > most;
  });
}

function isKnownTool(name: string, tools: readonly string[]): boolean {
  if (name.startsWith('mcp_')) return true;
  return name.endsWith('*') ? tools.some((each) => each.startsWith(name.slice(0, -1))) : tools.includes(name);
}

/** The words of a rule's command, in which `*` stands for one. Quotes are read as in a command. */
async function wordsOf(command: string, parse: ParseCommand): Promise<readonly string[] | string> {
  const blank = command.trim().split(/ +/);
  const stars = blank.includes('*');
  if (stars && /['"\\]/.test(command)) return 'A command with a * in it has no quotes: write each word plainly.';
  if (blank[0] === '*') return 'A command begins with the name of a program.';
  const parsed = await parse(stars ? blank.map((word) => (word === '*' ? 'x' : word)).join(' ') : command.trim());
  if (isRefusal(parsed)) return `This is not the beginning of one plain command (* stands for one whole word): ${parsed.reason}`;
  const words = parsed.words.map((word) => word.text);
  return stars ? blank : words;
}

/** @param at where the place of a rule stands in the path of a problem in it */
function problemsOf(issues: readonly z.core.$ZodIssue[], json: JsonText, at: 0 | 1): RuleProblem[] {
  return issues.slice(0, mostProblems).map((issue) => {
    const path = issue.path.filter((each) => typeof each !== 'symbol');
    return json.at(path, `${ruleIn(json.value, path.slice(0, at + 1))}${describeIssue(issue)}`, issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined);
  });
}

/** `Rule no-push: `, or by its number while it has no name; nothing for a problem that is in no rule. */
function ruleIn(value: unknown, path: readonly (string | number)[]): string {
  const index = path.at(-1);
  if (typeof index !== 'number') return '';
  const rule = path.reduce<unknown>((node, key) => (typeof node === 'object' && node !== null ? (node as Readonly<Record<string | number, unknown>>)[key] : undefined), value);
  const id: unknown = typeof rule === 'object' && rule !== null && 'id' in rule ? rule.id : undefined;
  return `Rule ${typeof id === 'string' && id !== '' ? id.slice(0, 60) : String(index + 1)}: `;
}
