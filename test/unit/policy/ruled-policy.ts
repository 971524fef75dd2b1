import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { codeGuard } from '../../../src/policy/code-guard.js';
import { createCommandGuard } from '../../../src/policy/command/command-guard.js';
import { createPolicy, type PolicyQuestion, type Ruling, type ToolFacts } from '../../../src/policy/engine.js';
import { createPathGuard } from '../../../src/policy/path/path-guard.js';
import type { AgentProfile } from '../../../src/policy/profile.js';
import { createRuleChecker } from '../../../src/policy/rules/rule-checker.js';
import { brokenLayer, noRules, type RuleLayer } from '../../../src/policy/rules/rule-layer.js';
import { touchesOf } from '../../../src/policy/rules/touches-of.js';
import type { Subject } from '../../../src/policy/subject.js';
import { createUrlGuard } from '../../../src/policy/url/url-guard.js';

const require = createRequire(import.meta.url);
const assistant: AgentProfile = { id: 'assistant', label: 'Assistant', description: '', prompt: '', tools: 'all', highestRisk: 'high' };

export const tools = {
  file_read: { name: 'file_read', effect: 'read', risk: 'low', approval: 'grantable' },
  file_list: { name: 'file_list', effect: 'read', risk: 'low', approval: 'grantable' },
  file_write: { name: 'file_write', effect: 'write', risk: 'medium', approval: 'grantable' },
  shell_execute: { name: 'shell_execute', effect: 'execute', risk: 'medium', approval: 'grantable' },
  code_execute: { name: 'code_execute', effect: 'execute', risk: 'high', approval: 'each' },
  web_fetch: { name: 'web_fetch', effect: 'network', risk: 'medium', approval: 'grantable' },
  web_search: { name: 'web_search', effect: 'network', risk: 'low', approval: 'grantable' },
  memory_save: { name: 'memory_save', effect: 'write', risk: 'low', approval: 'grantable' },
  mcp_wiki_read: { name: 'mcp_wiki_read', effect: 'network', risk: 'medium', approval: 'grantable', mcpServer: 'wiki' },
} as const satisfies Record<string, ToolFacts>;

export interface RuledPolicy {
  readonly folder: string;
  user: RuleLayer;
  workspace: RuleLayer;
  autoApprove: string[];
  /** How often it was found out what a call touches. */
  found: number;
  /** Rules of the user's; throws when they are broken. */
  setUser(...rules: object[]): Promise<void>;
  setWorkspace(...rules: object[]): Promise<void>;
  decide(tool: keyof typeof tools, subject: string | Subject, more?: Partial<PolicyQuestion>): Promise<Ruling>;
  /** `verdict rule`, shortly. */
  verdict(tool: keyof typeof tools, subject: string | Subject, more?: Partial<PolicyQuestion>): Promise<string>;
  put(name: string, text?: string): void;
  dispose(): void;
}

/** The engine with the real guards on a real folder, and rules that a test sets. */
export function makeRuledPolicy(): RuledPolicy {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'axon-rules-')));
  const folder = path.join(root, 'app');
  const roots = { folders: () => [{ name: 'app', path: folder }], writable: () => [folder] };
  const paths = createPathGuard({ roots });
  const commands = createCommandGuard({ paths, locateWasm: (name) => require.resolve(`${name.replace('.wasm', '')}/${name}`) });
  const checker = createRuleChecker({ parse: (command) => commands.parse(command), tools: Object.keys(tools) });
  const policy = createPolicy(
    { path: paths, command: commands, url: createUrlGuard({ settings: () => ({}) }), search: { decide: async () => ({ verdict: 'ask', risk: 'low', rule: 'search.ask', reason: '' }) }, code: codeGuard },
    { autoApprove: () => made.autoApprove },
    {
      source: { user: async () => made.user, workspace: async () => made.workspace },
      touchesOf: (subjects, context) => {
        made.found++;
        return touchesOf(subjects, { paths, commands, search: () => ({ provider: 'duckduckgo', searxngUrl: '' }) }, context);
      },
    },
  );
  const ready = (layer: RuleLayer): RuleLayer => {
    if (layer.state === 'broken') throw new Error(layer.problems[0]?.message);
    return layer;
  };
  const made: RuledPolicy = {
    folder,
    user: noRules,
    workspace: noRules,
    autoApprove: [],
    found: 0,
    setUser: async (...rules) => void (made.user = ready(await checker.user(rules))),
    setWorkspace: async (...rules) => void (made.workspace = ready(await checker.file(JSON.stringify({ version: 1, rules }), '.axon/policy.json', folder))),
    decide: (tool, subject, more = {}) => policy.decide({ tool: tools[tool], subjects: [typeof subject === 'string' ? subjectOf(tool, subject) : subject], agent: assistant, trusted: true, tainted: false, ...more }),
    verdict: async (...given) => {
      const { decision } = await made.decide(...given);
      return `${decision.verdict} ${decision.rule}`;
    },
    put(name, text = 'x\n') {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    },
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
  mkdirSync(folder);
  return made;
}

function subjectOf(tool: keyof typeof tools, text: string): Subject {
  switch (tool) {
    case 'file_read':
      return { kind: 'path', operation: 'read', path: text };
    case 'file_list':
      return { kind: 'path', operation: 'list', path: text };
    case 'file_write':
      return { kind: 'path', operation: 'write', path: text };
    case 'shell_execute':
      return { kind: 'command', command: text };
    case 'code_execute':
      return { kind: 'code', language: 'python', code: text };
    case 'web_fetch':
    case 'memory_save':
    case 'mcp_wiki_read':
      return { kind: 'url', method: 'GET', url: text };
    case 'web_search':
      return { kind: 'search', query: text };
  }
}

export const broken = brokenLayer('.axon/policy.json', { message: 'This is not JSON.' });
