import { agentById } from '../agent/profiles.js';
import type { AuditRecord } from '../audit/record.js';
import { sha256 } from '../canonical.js';
import { checkArguments } from '../gate/arguments.js';
import type { Policy, Ruling } from '../policy/engine.js';
import type { AgentProfile } from '../policy/profile.js';
import type { LayeredRule } from '../policy/rules/rule-layer.js';
import type { ToolRegistry } from '../tools/registry.js';
import type { DecisionPage, RecordedDecision, RuleText } from './policy-decision-text.js';
import type { CheckedFile, PolicyRules } from './policy-rules.js';

export interface ExplainParts {
  readonly tools: ToolRegistry;
  readonly policy: Policy;
  readonly rules: Pick<PolicyRules, 'user' | 'files'>;
  readonly trusted: () => boolean;
  readonly tainted: (sessionId: string) => boolean;
}

export interface TriedCall {
  readonly tool: string;
  /** JSON text. */
  readonly argumentsJson: string;
  readonly agent: AgentProfile;
  readonly sessionId: string;
}

/** Works out why calls are decided as they are. Nothing is run, asked, recorded or fetched for it. */
export class PolicyExplainer {
  constructor(private readonly parts: ExplainParts) {}

  /** A call that nobody made. */
  async tried(call: TriedCall): Promise<DecisionPage> {
    const { title, argumentsText, now } = await this.#judge(call);
    const rule = 'unknown' in now ? undefined : await this.#ruleText(now.decision.rule);
    return { title, tool: call.tool, agent: call.agent.label, argumentsText, now, ...(rule && { rule }) };
  }

  /** @param story all that was recorded of the call, oldest first, beginning with its request */
  async recorded(request: AuditRecord, story: readonly AuditRecord[]): Promise<DecisionPage> {
    const { tool = '', agent = '', sessionId } = request;
    const argumentsJson = request.arguments ?? '';
    const whole = wholeArguments(request);
    const judged = whole === undefined ? undefined : await this.#judge({ tool, argumentsJson: whole, agent: agentById(agent), sessionId });
    const unknown = request.argumentsHash === undefined && !argumentsJson.includes('[redacted:')
      ? 'The arguments did not fit the tool, or there is no such tool: there is nothing to judge.'
      : 'The log holds the arguments shortened, or without a secret that was in them, so the call can’t be judged again.';
    const rule = await this.#ruleText(request.rule);
    return {
      title: judged?.title ?? tool,
      tool,
      agent: agentById(agent).id === agent ? agentById(agent).label : agent,
      argumentsText: argumentsJson,
      then: recordedDecision(request, story),
      now: judged?.now ?? { unknown },
      ...(rule && { rule }),
    };
  }

  async #judge({ tool: name, argumentsJson, agent, sessionId }: TriedCall): Promise<{ title: string; argumentsText: string; now: Ruling | { unknown: string } }> {
    const tool = this.parts.tools.get(name);
    if (!tool) return { title: name, argumentsText: argumentsJson, now: { unknown: 'There is no tool of this name.' } };
    const args = checkArguments(tool, argumentsJson);
    if (!args.ok) return { title: name, argumentsText: argumentsJson, now: { unknown: `Such a call is sent back to the model before anything is judged. ${args.reason}` } };
    const { policy, trusted, tainted } = this.parts;
    const now = await policy.decide({ tool, subjects: tool.subjects(args.value), agent, trusted: trusted(), tainted: tainted(sessionId) });
    return { title: tool.title(args.value), argumentsText: args.canonical, now };
  }

  /** The rule in full, when it is one of the person's or the workspace's. */
  async #ruleText(name: string | undefined): Promise<RuleText | undefined> {
    const [layer, id] = splitName(name);
    if (name === undefined || id === undefined || id === 'auto-approve' || id === 'broken-rules') return undefined;
    if (layer === 'user') {
      const rules = await this.parts.rules.user();
      const found = rules.state === 'ready' ? rules.rules.find((each) => each.rule.id === id) : undefined;
      return ruleText(name, found, 'your settings, axon.policy.rules');
    }
    for (const file of await this.parts.rules.files()) {
      const found = file.layer.state === 'ready' ? file.layer.rules.find((each) => each.rule.id === id) : undefined;
      if (found) return ruleText(name, found, await placeIn(file, id));
    }
    return ruleText(name, undefined, '');
  }
}

/** The arguments as they were judged; undefined when the log holds them shortened or without a secret: that is another call. */
export function wholeArguments({ arguments: text, argumentsHash }: AuditRecord): string | undefined {
  return text !== undefined && argumentsHash !== undefined && sha256(text) === argumentsHash ? text : undefined;
}

function recordedDecision({ at, source, sessionId, risk, rule, reason, layers }: AuditRecord, story: readonly AuditRecord[]): RecordedDecision {
  const rest = story.filter((each) => each.type !== 'tool_requested');
  return {
    at,
    sessionId,
    ...(source !== undefined && { source }),
    decision: { ...(risk && { risk }), ...(rule !== undefined && { rule }), ...(reason !== undefined && { reason }) },
    ...(layers && { layers }),
    story: rest.map((each) => {
      const text = each.error ?? (each.rule === rule && each.reason === reason ? undefined : [each.rule, each.reason].filter(Boolean).join(': '));
      return { at: each.at, type: each.type, ...(each.decision !== undefined && { decision: each.decision }), ...(text !== undefined && { text }) };
    }),
  };
}

function splitName(name: string | undefined): readonly [layer: string, id: string | undefined] {
  const [, layer = '', id] = /^(user|workspace)\.(.+)$/.exec(name ?? '') ?? [];
  return [layer, id];
}

function ruleText(name: string, found: LayeredRule | undefined, place: string): RuleText {
  return found ? { name, place, json: JSON.stringify(found.rule, null, 2) } : { name, place: 'no longer there', json: '' };
}

/** The line of the rule in its file. */
async function placeIn({ source, file }: CheckedFile, id: string): Promise<string> {
  if (file.state !== 'text') return source;
  const { parseTree } = await import('jsonc-parser');
  const tree = parseTree(file.text);
  const rules = tree?.children?.find((each) => each.children?.[0]?.value === 'rules')?.children?.[1]?.children ?? [];
  const rule = rules.find((each) => each.children?.some(({ children }) => children?.[0]?.value === 'id' && children[1]?.value === id));
  return rule ? `${source}, line ${file.text.slice(0, rule.offset).split('\n').length}` : source;
}
