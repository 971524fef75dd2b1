import { type Decision, exceeds, type Risk } from './decision.js';
import type { PolicyQuestion } from './engine.js';

/** What the agent's profile says: which tools it has, and how much risk it may take. `risk` is that of the call. */
export function judgeAgent({ agent, tool }: PolicyQuestion, risk: Risk): Decision | undefined {
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
export function judgeTrust({ tool, trusted }: PolicyQuestion): Decision | undefined {
  if (trusted) return undefined;
  const next = 'Trust the workspace ("Workspaces: Manage Workspace Trust") if you know where it comes from.';
  if (tool.effect === 'read' || tool.effect === 'network') {
    return { verdict: 'ask', risk: tool.risk, rule: 'trust.limited', reason: 'This workspace is not trusted, so everything asks.', next };
  }
  const rule = tool.effect === 'execute' ? 'trust.no-execution' : 'trust.no-writing';
  return { verdict: 'deny', risk: tool.risk, rule, reason: 'This workspace is not trusted, so nothing is changed or executed for it.', next };
}

/** After outside content, what could send data out or change the machine asks each time: it offers no permission that would not count. */
export function judgeTaint({ tool, tainted }: PolicyQuestion): Decision | undefined {
  if (!tainted || tool.effect === 'read') return undefined;
  return {
    verdict: 'ask',
    risk: tool.risk,
    rule: 'taint.asks-each-time',
    reason: 'This session has read text from outside, so this asks each time.',
    warnings: ['This session has read text from outside, which can steer the model. Session permissions are suspended.'],
  };
}
