import { randomUUID } from 'node:crypto';
import { canonicalJson, sha256 } from '../canonical.js';
import type { Decision } from '../policy/decision.js';
import { boundOf } from '../tools/preview.js';
import type { Preview, Tool } from '../tools/tool.js';
import type { ApprovalRequest } from './approval.js';
import type { CallRequest } from './call.js';

/** Milliseconds in which a new question takes no allowing answer: a click that was meant for something else allows nothing. */
export const settleMilliseconds = 500;

export interface ApprovalFacts {
  readonly request: CallRequest;
  readonly tool: Tool;
  readonly title: string;
  readonly decision: Decision;
  readonly preview: Preview | undefined;
  /** A permission that doesn't count now, and why, as a warning. */
  readonly suspended?: string | undefined;
  readonly canonical: string;
  readonly now: number;
  readonly seconds: number;
}

/** The question, bound by its hash to the arguments, the preview, the agent, the session and a fresh id. */
export function buildApproval({ request, title, decision, preview, suspended, canonical, now, seconds }: ApprovalFacts): ApprovalRequest {
  const id = randomUUID();
  const bound = { agent: request.agent.id, arguments: canonical, id, preview: boundOf(preview), session: request.sessionId, tool: request.tool };
  return {
    id,
    callId: request.callId,
    sessionId: request.sessionId,
    agent: request.agent.id,
    tool: request.tool,
    title,
    argumentsText: JSON.stringify(JSON.parse(canonical), null, 2),
    hash: sha256(canonicalJson(bound)),
    risk: decision.risk,
    rule: decision.rule,
    reason: decision.reason,
    warnings: [...(decision.warnings ?? []), ...(suspended === undefined ? [] : [suspended])],
    ...(decision.grant && { grant: decision.grant }),
    ...(hasSomethingToShow(preview) && { preview }),
    askedAt: now,
    expiresAt: now + seconds * 1000,
    answerableAt: now + settleMilliseconds,
  };
}

/** A program that is given no files has nothing to show but its code. */
function hasSomethingToShow(preview: Preview | undefined): preview is Preview {
  return preview !== undefined && !(preview.kind === 'inputs' && preview.files.length === 0);
}
