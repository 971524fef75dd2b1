import { type Decision, higherRisk, type Risk, strictest } from './decision.js';
import { judgeAgent, judgeTaint, judgeTrust } from './judge-session.js';
import { type Guards, judgeSubjects } from './judge-subjects.js';
import type { AgentProfile } from './profile.js';
import { relax } from './relax.js';
import { judgeRules, type RuleLayerName } from './rules/judge-rules.js';
import { brokenLayer, noRules, type RuledCall, type RuleLayer, type RuleSource } from './rules/rule-layer.js';
import { type FoundTouches, unknownTouches } from './rules/found-touches.js';
import type { GuardContext } from './guard.js';
import type { Subject } from './subject.js';

/** What the engine has to know about a tool; the registry's tools fit. */
export interface ToolFacts {
  readonly name: string;
  readonly effect: 'read' | 'write' | 'execute' | 'network' | 'send';
  readonly risk: Risk;
  readonly approval: 'each' | 'grantable';
  /** The outside server whose tool it is. */
  readonly mcpServer?: string;
}

export interface PolicyQuestion {
  readonly tool: ToolFacts;
  readonly subjects: readonly Subject[];
  readonly agent: AgentProfile;
  /** False in an untrusted workspace. */
  readonly trusted: boolean;
  /** True once the session has read content from outside. */
  readonly tainted: boolean;
}

/** In the order in which they are asked; of layers that are equally strict the first one gives the reason. */
export const layerNames = ['built-in', 'user', 'agent', 'workspace', 'trust', 'taint', 'allowance'] as const;
export type Layer = (typeof layerNames)[number];

export interface LayerDecision {
  readonly layer: Layer;
  readonly decision: Decision;
  /** Where the rule stands, for a rule of the user's or the workspace's. */
  readonly source?: string;
}

/** What each layer said that had something to say, in order, and what follows. Enough to explain any decision afterwards. */
export interface Ruling {
  readonly decision: Decision;
  readonly layers: readonly LayerDecision[];
}

export interface Policy {
  /** Never throws: a guard that breaks its word and does is a denial. */
  decide(question: PolicyQuestion): Promise<Ruling>;
}

export interface PolicySettings {
  /** Names of tools whose plain, low-risk calls need no question. Empty by default. */
  autoApprove(): readonly string[];
}

/** The rules of the user and the workspace, and how to find out what a call touches. Nothing is found out while there are none. */
export interface RuleAccess {
  readonly source: RuleSource;
  readonly touchesOf: (subjects: readonly Subject[], context: Omit<GuardContext, 'tool'>) => Promise<FoundTouches>;
}

/**
 * The layered decision: guards, the user's rules, agent profile, the workspace's rules, trust and taint each say what they
 * think, the strictest wins. Only then may the user's own settings turn a question into an allowance. No other layer can
 * loosen anything.
 */
export function createPolicy(guards: Guards, settings: PolicySettings, rules?: RuleAccess): Policy {
  return {
    async decide(question) {
      const [user, workspace] = rules ? await Promise.all([read('user', rules.source), read('workspace', rules.source)]) : [noRules, noRules];
      const [judged, found] = await Promise.all([judgeSubjects(guards, question), touchesIn(question, rules, [user, workspace])]);
      const builtIn = found?.refused ? strictest(judged, found.refused) : judged;
      const call = found && callOf(question, found);
      const ruled = (layer: RuleLayerName, from: RuleLayer) => judgeRules(layer, from, (each) => call !== undefined && each.covers.call(call), builtIn.risk);
      const [byUser, byWorkspace] = [ruled('user', user), ruled('workspace', workspace)];
      const risk = [byUser, byWorkspace].reduce<Risk>((sum, each) => higherRisk(sum, each?.decision.risk ?? 'low'), builtIn.risk);

      const layers: LayerDecision[] = [{ layer: 'built-in', decision: builtIn }];
      const add = (layer: Layer, decision: Decision | undefined, source?: string): void => {
        if (decision) layers.push({ layer, decision, ...(source !== undefined && { source }) });
      };
      add('user', byUser?.decision, byUser?.source);
      add('agent', judgeAgent(question, risk));
      add('workspace', byWorkspace?.decision, byWorkspace?.source);
      add('trust', judgeTrust(question));
      add('taint', judgeTaint(question));

      const joined = withoutGrant(strictest(builtIn, ...layers.slice(1).map((each) => each.decision)), question);
      const relaxed = relax({ joined, layers, question, autoApprove: settings.autoApprove(), rules: user.state === 'ready' ? user.rules : [], call });
      return relaxed ? { decision: relaxed.decision, layers: [...layers, relaxed] } : { decision: joined, layers };
    },
  };
}

/** Rules that can't be read must not be passed over. */
async function read(layer: RuleLayerName, source: RuleSource): Promise<RuleLayer> {
  try {
    return await source[layer]();
  } catch {
    return brokenLayer(layer === 'user' ? 'your settings' : '.axon/policy.json');
  }
}

async function touchesIn({ subjects, agent, trusted }: PolicyQuestion, rules: RuleAccess | undefined, layers: readonly RuleLayer[]): Promise<FoundTouches | undefined> {
  if (!rules || !layers.some((each) => each.state === 'ready' && each.rules.length > 0)) return undefined;
  try {
    return await rules.touchesOf(subjects, { trusted, mayConfigure: agent.mayConfigure !== false });
  } catch {
    return unknownTouches;
  }
}

function callOf({ tool, subjects }: PolicyQuestion, { touches }: FoundTouches): RuledCall {
  return { tool: tool.name, mcpServer: tool.mcpServer, kinds: new Set(subjects.map((each) => each.kind)), touches };
}

function withoutGrant(decision: Decision, { tool, trusted }: PolicyQuestion): Decision {
  if (tool.approval === 'grantable' && trusted && decision.risk !== 'critical') return decision;
  const { grant, ...rest } = decision;
  return rest;
}
