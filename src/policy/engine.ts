import type { Decision, Risk } from './decision.js';
import { exceeds, strictest } from './decision.js';
import type { Guard, GuardContext } from './guard.js';
import type { AgentProfile } from './profile.js';
import type { Subject } from './subject.js';

/** What the engine has to know about a tool; the registry's tools fit. */
export interface ToolFacts {
  readonly name: string;
  readonly effect: 'read' | 'write' | 'execute' | 'network' | 'send';
  readonly risk: Risk;
  readonly approval: 'each' | 'grantable';
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

/** What each layer said, in order, and what follows. Enough to explain any decision afterwards. */
export interface Ruling {
  readonly decision: Decision;
  readonly layers: readonly { readonly layer: Layer; readonly decision: Decision }[];
}

export type Layer = 'built-in' | 'agent' | 'trust' | 'taint' | 'user';

export interface Policy {
  /** Never throws: a guard that breaks its word and does is a denial. */
  decide(question: PolicyQuestion): Promise<Ruling>;
}

export interface Guards {
  readonly path: Guard<'path'>;
  readonly command: Guard<'command'>;
  readonly url: Guard<'url'>;
  readonly search: Guard<'search'>;
  readonly code: Guard<'code'>;
}

export interface PolicySettings {
  /** Names of tools whose plain, low-risk calls need no question. Empty by default. */
  autoApprove(): readonly string[];
}

/**
 * The layered decision: guards, agent profile, workspace trust and taint each say what they think, the strictest wins. Only then
 * may the user's own settings turn a plain, low-risk question into an allowance. No other layer can loosen anything.
 */
export function createPolicy(guards: Guards, settings: PolicySettings): Policy {
  return {
    async decide(question) {
      const builtIn = await judgeSubjects(guards, question);
      const layers: { layer: Layer; decision: Decision }[] = [{ layer: 'built-in', decision: builtIn }];
      const byAgent = judgeAgent(question, builtIn.risk);
      if (byAgent) layers.push({ layer: 'agent', decision: byAgent });
      const byTrust = judgeTrust(question);
      if (byTrust) layers.push({ layer: 'trust', decision: byTrust });
      const byTaint = judgeTaint(question);
      if (byTaint) layers.push({ layer: 'taint', decision: byTaint });
      const [first, ...rest] = layers.map((each) => each.decision);
      const joined = withoutGrant(strictest(first ?? builtIn, ...rest), question);
      const relaxed = relax(joined, question, settings.autoApprove());
      if (relaxed) layers.push({ layer: 'user', decision: relaxed });
      return { decision: relaxed ?? joined, layers };
    },
  };
}

async function judgeSubjects(guards: Guards, question: PolicyQuestion): Promise<Decision> {
  const { tool, subjects, trusted } = question;
  const context: GuardContext = { tool: tool.name, trusted };
  const own: Decision = {
    verdict: subjects.length === 0 ? 'ask' : 'allow',
    risk: tool.risk,
    rule: 'tool.default',
    reason: `${tool.name} asks by default.`,
    ...(subjects.length === 0 && tool.approval === 'grantable' && { grant: { key: `tool:${tool.name}`, label: `Use ${tool.name}` } }),
  };
  const judged = await Promise.all(subjects.map((subject) => judgeSubject(guards, subject, context)));
  return strictest(own, ...judged);
}

async function judgeSubject(guards: Guards, subject: Subject, context: GuardContext): Promise<Decision> {
  try {
    switch (subject.kind) {
      case 'path':
        return await guards.path.decide(subject, context);
      case 'command':
        return await guards.command.decide(subject, context);
      case 'url':
        return await guards.url.decide(subject, context);
      case 'search':
        return await guards.search.decide(subject, context);
      case 'code':
        return await guards.code.decide(subject, context);
    }
  } catch {
    // Fail closed: what could not be judged is not allowed. The guard's own error says nothing a person could act on.
    return { verdict: 'deny', risk: 'high', rule: `${subject.kind}.guard-failed`, reason: 'The guard could not judge this call, so it is refused.' };
  }
}

function judgeAgent({ agent, tool }: PolicyQuestion, risk: Risk): Decision | undefined {
  if (agent.tools !== 'all' && !agent.tools.includes(tool.name)) {
    return { verdict: 'deny', risk, rule: 'agent.tool-not-offered', reason: `The agent ${agent.label} does not have ${tool.name}.`, next: 'Choose another agent.' };
  }
  if (exceeds(risk, agent.highestRisk)) {
    return {
      verdict: 'deny',
      risk,
      rule: 'agent.risk-too-high',
      reason: `This call is ${risk} risk; the agent ${agent.label} may take ${agent.highestRisk} at most.`,
      next: 'Choose another agent.',
    };
  }
  return undefined;
}

/** Limited mode: nothing executes or is written or sent; whatever is left asks, each time. */
function judgeTrust({ tool, trusted }: PolicyQuestion): Decision | undefined {
  if (trusted) return undefined;
  const next = 'Trust the workspace ("Workspaces: Manage Workspace Trust") if you know where it comes from.';
  if (tool.effect === 'read' || tool.effect === 'network') {
    return { verdict: 'ask', risk: tool.risk, rule: 'trust.limited', reason: 'This workspace is not trusted, so everything asks.', next };
  }
  const rule = tool.effect === 'execute' ? 'trust.no-execution' : 'trust.no-writing';
  return { verdict: 'deny', risk: tool.risk, rule, reason: 'This workspace is not trusted, so nothing is changed or executed for it.', next };
}

/** After outside content, what could send data out or change the machine asks each time: it offers no permission that would not count. */
function judgeTaint({ tool, tainted }: PolicyQuestion): Decision | undefined {
  if (!tainted || tool.effect === 'read') return undefined;
  return {
    verdict: 'ask',
    risk: tool.risk,
    rule: 'taint.asks-each-time',
    reason: 'This session has read text from outside, so this asks each time.',
    warnings: ['This session has read text from outside, which can steer the model. Session permissions are suspended.'],
  };
}

function withoutGrant(decision: Decision, { tool, trusted }: PolicyQuestion): Decision {
  if (tool.approval === 'grantable' && trusted && decision.risk !== 'critical') return decision;
  const { grant, ...rest } = decision;
  return rest;
}

/** The user's auto-approval: for listed tools, low risk, nothing to warn of, in a trusted workspace, not what taint suspends. */
function relax(decision: Decision, { tool, trusted, tainted }: PolicyQuestion, listed: readonly string[]): Decision | undefined {
  const plain = decision.verdict === 'ask' && decision.risk === 'low' && (decision.warnings ?? []).length === 0;
  if (!plain || !trusted || tool.approval === 'each' || !listed.includes(tool.name)) return undefined;
  if (tainted && tool.effect !== 'read') return undefined;
  return { ...decision, verdict: 'allow', rule: 'user.auto-approve', reason: `Your settings approve low-risk calls of ${tool.name}.` };
}
