import { isAllowedHost } from '../url/host-pattern.js';
import { foldName } from '../path/fold-name.js';
import type { PathOperation } from '../subject.js';
import type { FolderName, TouchedHost, TouchedPath } from '../touches.js';
import { beginsWith, isExactly } from './command-words.js';
import { compileGlob, type Glob } from './glob.js';
import { lastKept } from './last-kept.js';
import type { JsonPath } from './read-json.js';
import type { PolicyRule } from './rule.js';
import type { RuleCoverage, RuledCall } from './rule-layer.js';

/** A rule that can be asked. */
export interface CompiledRule extends RuleCoverage {
  /** How many globs it holds, braces written out. */
  readonly globs: number;
  /** What its self-tests ask: whether one command, name, host, server or tool is meant, taken by itself. */
  readonly words: ((words: readonly string[]) => boolean) | undefined;
  readonly name: ((name: string) => boolean) | undefined;
  readonly host: ((host: TouchedHost) => boolean) | undefined;
  readonly server: ((server: string) => boolean) | undefined;
  readonly tool: (tool: string) => boolean;
}

export interface CompileContext {
  /** Splits a command of the rule into words, `*` kept; a text says what is wrong. */
  readonly wordsOf: (command: string) => Promise<readonly string[] | string>;
  readonly folder: string | undefined;
  /** Tells what is wrong, and where below the rule. */
  readonly problem: (path: JsonPath, message: string) => void;
}

/** Compiles one rule. What can't be compiled is told, and the result is not to be used. */
export async function compileRule(rule: PolicyRule, { wordsOf, folder, problem }: CompileContext): Promise<CompiledRule> {
  const { match = {}, verdict } = rule;
  const allows = verdict === 'allow';
  const kinds = (['command', 'paths', 'hosts', 'mcpServers'] as const).filter((kind) => match[kind] !== undefined);
  if (kinds.length > 1) problem(['match'], `A rule is about one thing: ${kinds.join(' or ')}. Write a rule for each.`);
  if (rule.match !== undefined && kinds.length === 0) problem(['match'], '“match” is empty: name commands, paths, hosts or servers, or leave it out.');
  if (match.access !== undefined && match.paths === undefined) problem(['match', 'access'], '“access” goes with “paths” only.');
  if (allows && rule.match === undefined && rule.tool === undefined) problem([], 'A rule that allows has to say what: name a tool, or what it matches.');
  if (allows && rule.risk !== undefined) problem(['risk'], '“risk” goes with ask or deny: what is allowed keeps its own.');

  const commands: (readonly string[])[] = [];
  for (const [index, text] of (match.command ?? []).entries()) {
    const words = await wordsOf(text);
    if (typeof words === 'string') problem(['match', 'command', index], words);
    else commands.push(words);
  }
  const globs = match.paths?.flatMap((pattern, index) => globsOf(pattern, allows, (message) => problem(['match', 'paths', index], message)));
  match.hosts?.forEach((pattern, index) => {
    if (!isHostPattern(pattern)) problem(['match', 'hosts', index], 'This is no host: write docs.python.org, or *.example.com for all below it, without https:// and port.');
  });

  const tools = rule.tool === undefined ? undefined : [rule.tool].flat();
  const tool = (name: string): boolean => tools === undefined || tools.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each));
  const words = match.command && ((given: readonly string[]) => commands.some((each) => (allows ? isExactly(given, each) : beginsWith(given, each))));
  const name = globs && namesTest(globs, allows, 'above');
  const below = globs && namesTest(globs, allows, 'below');
  const host = match.hosts && hostTest(match.hosts, allows);
  const server = match.mcpServers && ((given: string) => match.mcpServers?.some((each) => (allows ? each === given : foldName(each) === foldName(given))) ?? false);
  const isFolder = folderTest(folder);
  const inFolder = ({ folder: real, given }: Omit<FolderName, 'name'>): boolean => isFolder(real) || isFolder(given);

  const path = ({ names, operation, walks }: TouchedPath): boolean => {
    if (!name || !below || !isAccess(match.access, operation, walks)) return false;
    const meant = (each: FolderName): boolean => inFolder(each) && (walks ? below(each.name) : name(each.name));
    if (allows) return !walks && names.real.some(meant) && names.written.some(meant);
    if (names.real.some(meant) || (names.written !== names.real && names.written.some(meant))) return true;
    // In an open folder further down the globs start anew.
    return walks && (names.inner ?? []).some((each) => inFolder(each) && below('.'));
  };
  const covered = ({ touches, kinds: given, mcpServer }: RuledCall): boolean => {
    const some = <T>(all: readonly T[], test: (each: T) => boolean): boolean => (allows ? all.length > 0 && all.every(test) : all.some(test));
    const only = (kind: 'command' | 'path' | 'url'): boolean => !allows || (given.size === 1 && given.has(kind));
    if (words) return only('command') && some(touches.commands, (each) => words(each.words) && (!allows || each.atRoot));
    if (globs) return only('path') && some(touches.paths, path);
    if (host) return only('url') && some(touches.hosts, host);
    if (server) return mcpServer !== undefined && server(mcpServer);
    return true;
  };
  return {
    globs: globs?.reduce((sum, { exact, folded }) => sum + exact.alternatives + (folded === exact ? 0 : (folded?.alternatives ?? 0)), 0) ?? 0,
    words, name, host, server, tool,
    call: (call) => tool(call.tool) && covered(call),
    path: (given, used) => used.some(tool) && path(given),
  };
}

/** What walks through a folder also reads, whatever else it does there. */
function isAccess(access: 'read' | 'write' | undefined, operation: PathOperation, walks: boolean): boolean {
  if (access === undefined) return true;
  return access === 'write' ? operation === 'write' : operation !== 'write' || walks;
}

interface Globs {
  readonly exact: Glob;
  /** For names that are another spelling of the same; `exact` itself where the pattern has no other spelling. */
  readonly folded: Glob | undefined;
}

function globsOf(pattern: string, allows: boolean, problem: (message: string) => void): Globs[] {
  const exact = compileGlob(pattern);
  if (!exact.ok) {
    problem(exact.problem);
    return [];
  }
  if (allows) return [{ exact: exact.glob, folded: undefined }];
  const foldedPattern = foldName(pattern);
  const folded = foldedPattern === pattern ? exact : compileGlob(foldedPattern);
  if (folded.ok) return [{ exact: exact.glob, folded: folded.glob }];
  problem('This holds characters that look like others and mean something else here: write them plainly.');
  return [];
}

/** One name is asked of all globs, one after the other. */
const foldedOf = lastKept(foldName);

function namesTest(globs: readonly Globs[], allows: boolean, how: 'above' | 'below'): (name: string) => boolean {
  if (allows) return (name) => globs.some(({ exact }) => exact.matches(name));
  const test = how === 'above' ? 'matchesAbove' : 'matchesBelow';
  return (name) => {
    const folded = foldedOf(name);
    return globs.some((each) => each.exact[test](name) || (each.folded !== undefined && (each.folded !== each.exact || folded !== name) && each.folded[test](folded)));
  };
}

/** What tightens means any port, and `www.` more or less: a redirect from one to the other is followed without a new question. */
function hostTest(patterns: readonly string[], allows: boolean): (host: TouchedHost) => boolean {
  return ({ name, usual }) => {
    if (allows) return usual && isAllowedHost(name, patterns);
    return [name, `www.${name}`, name.replace(/^www\./, '')].some((each) => isAllowedHost(each, patterns));
  };
}

/** An entry of another form would match nothing, without a word. */
function isHostPattern(pattern: string): boolean {
  const below = pattern.startsWith('*.');
  const bare = below ? pattern.slice(2) : pattern;
  const host = URL.parse(`http://${bare.includes(':') && !bare.startsWith('[') ? `[${bare}]` : bare}/`)?.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return host !== undefined && host !== '' && isAllowedHost(below ? `x.${host}` : host, [pattern]);
}

/** Whether a folder is the one that a rule's globs start from. Each is compared once: a call can touch many files of it. */
function folderTest(folder: string | undefined): (other: string) => boolean {
  if (folder === undefined) return () => true;
  const plain = (each: string): string => foldName(each.replaceAll('\\', '/')).replace(/\/+$/, '');
  const known = new Map([[folder, true]]);
  return (other) => {
    let same = known.get(other);
    if (same === undefined) known.set(other, (same = plain(other) === plain(folder)));
    return same;
  };
}
