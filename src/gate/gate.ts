import type { AuditEvent, AuditWriter, LayerVerdict } from '../audit/event.js';
import { sha256 } from '../canonical.js';
import { AxonError, isCancelled, messageOf } from '../errors.js';
import type { Decision } from '../policy/decision.js';
import type { Policy, PolicyQuestion, Ruling } from '../policy/engine.js';
import type { Taint } from '../policy/taint.js';
import type { Ports } from '../ports/ports.js';
import { factsOf } from '../tools/preview.js';
import type { ToolRegistry } from '../tools/registry.js';
import type { Preview, Tool, ToolResult } from '../tools/tool.js';
import { buildApproval } from './build-approval.js';
import type { ApprovalRequest, ApprovalResolution } from './approval.js';
import { checkArguments } from './arguments.js';
import type { ApprovalBroker } from './broker.js';
import type { AllowedBy, CallOutcome, CallProgress, CallRequest } from './call.js';
import type { Grants } from './grants.js';
import { hasChanged } from './has-changed.js';
import { outcomeOfChange, outcomeOfDenial, outcomeOfInvalid, outcomeOfRejection, outcomeOfStop, outcomeOfUnrecorded } from './outcome.js';
import { withoutContents } from './preview-failure.js';
import { suspendedByTaint } from './suspended.js';

export interface GateParts {
  readonly tools: ToolRegistry;
  readonly policy: Policy;
  readonly broker: ApprovalBroker;
  readonly grants: Grants;
  readonly taint: Taint;
  readonly audit: AuditWriter;
  readonly ports: Ports;
  /** False in an untrusted workspace. */
  readonly trusted: () => boolean;
  readonly approvalSeconds: () => number;
  readonly now: () => number;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Must not throw; what it throws is dropped. */
  readonly onProgress: (progress: CallProgress) => void;
}

/** The one way a tool is run. */
export interface Gate {
  /** Never throws. `onProgress` hears exactly one `ended`, last. */
  callTool(request: CallRequest, options: CallOptions): Promise<CallOutcome>;
}

export function createGate(parts: GateParts): Gate {
  return {
    async callTool(request, options) {
      const report = (progress: CallProgress): void => {
        try {
          options.onProgress(progress);
        } catch {
          // A surface that fails must not decide what happens to the call.
        }
      };
      const outcome = await new Passage(parts, request, options.signal, report).outcome();
      report({ type: 'ended', outcome });
      return outcome;
    },
  };
}

/** Ends the passage early with what the call came to. */
class Ended extends Error {
  constructor(readonly outcome: CallOutcome) {
    super('ended');
  }
}

/** One call on its way: validate, decide, ask, record, run, record. */
class Passage {
  #canonical: string | undefined;
  #decision: Decision | undefined;

  constructor(
    private readonly parts: GateParts,
    private readonly request: CallRequest,
    private readonly signal: AbortSignal,
    private readonly report: (progress: CallProgress) => void,
  ) {}

  async outcome(): Promise<CallOutcome> {
    try {
      return await this.#pass();
    } catch (error) {
      if (error instanceof Ended) return error.outcome;
      if (error instanceof AxonError && error.code === 'audit-unavailable') return outcomeOfUnrecorded(error);
      return this.#broken(error);
    }
  }

  async #pass(): Promise<CallOutcome> {
    const tool = this.parts.tools.get(this.request.tool);
    if (!tool) return this.#invalid(`There is no tool named ${JSON.stringify(this.request.tool.slice(0, 100))}.`, 'call.unknown-tool');
    const args = checkArguments(tool, this.request.argumentsJson);
    if (!args.ok) return this.#invalid(args.reason, 'call.invalid-arguments');
    this.#canonical = args.canonical;

    const question = this.#question(tool, args.value);
    const { decision, layers } = await this.parts.policy.decide(question);
    this.#decision = decision;
    const title = tool.title(args.value);
    this.report({ type: 'judged', title, risk: decision.risk, rule: decision.rule, reason: decision.reason });
    await this.#record('tool_requested', { layers: layers.map(inShort) });
    if (decision.verdict === 'deny') return this.#denied(decision);
    await this.#endIfStopped();

    const preview = await this.#preview(tool, args.value, question);
    const allowedBy = await this.#permission(tool, title, decision, preview, question);
    await this.#decideAgain(tool, args.value, decision);
    const facts = factsOf(preview);
    await this.#record('tool_approved', { decision: nameOfPermission[allowedBy], ...(facts.length > 0 && { result: facts.join('\n') }) });
    await this.#endIfStopped();
    return this.#run(tool, args.value, preview, allowedBy);
  }

  #question(tool: Tool, args: unknown): PolicyQuestion {
    const { agent, sessionId } = this.request;
    return { tool, subjects: tool.subjects(args), agent, trusted: this.parts.trusted(), tainted: this.parts.taint.has(sessionId) };
  }

  async #preview(tool: Tool, args: unknown, question: PolicyQuestion): Promise<Preview | undefined> {
    if (!tool.preview) return undefined;
    try {
      return await tool.preview(args, this.parts.ports, { sessionId: this.request.sessionId });
    } catch (error) {
      const { policy, grants } = this.parts;
      const covered = (decision: Decision): boolean => grants.covers(this.request.sessionId, decision.grant);
      const outcome = failureOf(await withoutContents(error, question, policy, covered));
      await this.#record('tool_failed', { error: outcome.text });
      throw new Ended(outcome);
    }
  }

  /** Who lets it run. Ends the passage when nobody does. */
  async #permission(tool: Tool, title: string, decision: Decision, preview: Preview | undefined, question: PolicyQuestion): Promise<AllowedBy> {
    if (decision.verdict === 'allow') return 'policy';
    if (this.#covered(tool, decision)) return 'grant';
    const { request, parts } = this;
    const suspended = await suspendedByTaint(question, parts.policy, parts.grants, request.sessionId);
    const approval = buildApproval({
      request, tool, title, decision, preview, suspended, canonical: this.#canonical ?? '', now: parts.now(), seconds: parts.approvalSeconds(),
    });
    const resolution = await this.#ask(tool, decision, approval);
    switch (resolution.type) {
      case 'allow-once':
        return 'once';
      case 'covered':
        return 'grant';
      case 'allow-session':
        await this.#grant(decision);
        return 'session';
      case 'deny':
      case 'timeout':
      case 'stopped':
        await this.#record('tool_rejected', { decision: resolution.type, ...(resolution.type === 'deny' && resolution.note && { reason: resolution.note }) });
        throw new Ended(outcomeOfRejection(resolution));
    }
  }

  async #ask(tool: Tool, decision: Decision, approval: ApprovalRequest): Promise<ApprovalResolution> {
    const { broker, grants } = this.parts;
    const answered = broker.ask(approval, this.signal);
    this.report({ type: 'asked', approval });
    const listening = grants.onChanged(() => {
      if (this.#covered(tool, decision)) broker.cover(approval.id);
    });
    try {
      return await answered;
    } finally {
      listening.dispose();
    }
  }

  /** A grant counts unless the session is tainted and the call could send data out or change the machine. */
  #covered(tool: Tool, decision: Decision): boolean {
    const { sessionId } = this.request;
    if (tool.effect !== 'read' && this.parts.taint.has(sessionId)) return false;
    return this.parts.grants.covers(sessionId, decision.grant);
  }

  async #grant(decision: Decision): Promise<void> {
    if (!decision.grant) return;
    const { key, label } = decision.grant;
    const { sessionId, tool } = this.request;
    await this.#record('permission_granted', { decision: 'allow-session', reason: label });
    this.parts.grants.add({ sessionId, key, label, tool, at: this.parts.now() });
  }

  /** Minutes can pass before an answer: what became forbidden meanwhile, or another thing, is refused although it was approved. */
  async #decideAgain(tool: Tool, args: unknown, first: Decision): Promise<void> {
    await this.#endIfStopped();
    const { decision } = await this.parts.policy.decide(this.#question(tool, args));
    if (decision.verdict !== 'deny' && !hasChanged(first, decision)) return;
    this.#decision = decision;
    if (decision.verdict === 'deny') throw new Ended(await this.#denied(decision));
    await this.#record('tool_denied', { rule: 'call.changed', reason: outcomeOfChange.text });
    throw new Ended(outcomeOfChange);
  }

  async #run(tool: Tool, args: unknown, preview: Preview | undefined, allowedBy: AllowedBy): Promise<CallOutcome> {
    const started = this.parts.now();
    this.report({ type: 'running', at: started, allowedBy });
    const onOutput = (chunk: string): void => this.report({ type: 'output', chunk });
    try {
      const result = await tool.run(args, this.parts.ports, { sessionId: this.request.sessionId, signal: this.signal, onOutput, preview });
      // Before anything else learns of the text: from here on the session has read it.
      if (result.outside !== undefined) this.parts.taint.mark(this.request.sessionId, result.outside);
      return await this.#finished(outcomeOf(result), this.parts.now() - started);
    } catch (error) {
      return await this.#finished(failureOf(error), this.parts.now() - started);
    }
  }

  /** The tool has run: if this record can't be made, the outcome still counts, and the next call fails closed. */
  async #finished(outcome: CallOutcome, milliseconds: number): Promise<CallOutcome> {
    const failed = outcome.state !== 'done';
    const timed = { ...outcome, milliseconds };
    try {
      await this.#record(failed ? 'tool_failed' : 'tool_executed', { milliseconds, ...(failed ? { error: outcome.text } : { result: outcome.text }) });
      return timed;
    } catch (error) {
      return { ...timed, next: `The result could not be recorded: ${messageOf(error)}` };
    }
  }

  async #endIfStopped(): Promise<void> {
    if (!this.signal.aborted) return;
    await this.#record('tool_rejected', { decision: 'stopped' });
    throw new Ended(outcomeOfStop);
  }

  /** A mistake of ours on the way. The tool has not run; that it came to this is recorded if it can be. */
  async #broken(error: unknown): Promise<CallOutcome> {
    const outcome: CallOutcome = { state: 'failed', text: `Failed: ${messageOf(error)}`, rule: 'call.failed' };
    try {
      await this.#record('tool_failed', { rule: 'call.failed', error: outcome.text });
      return outcome;
    } catch (unrecorded) {
      return { ...outcome, next: `This could not be recorded: ${messageOf(unrecorded)}` };
    }
  }

  async #denied(decision: Decision): Promise<CallOutcome> {
    await this.#record('tool_denied');
    return outcomeOfDenial(decision);
  }

  async #invalid(reason: string, rule: string): Promise<CallOutcome> {
    this.report({ type: 'judged', title: this.request.tool, risk: 'low', rule, reason });
    await this.#record('tool_requested');
    await this.#record('tool_failed', { rule, error: reason });
    return outcomeOfInvalid(reason, rule);
  }

  #record(type: AuditEvent['type'], more: Partial<AuditEvent> = {}): Promise<void> {
    const { sessionId, callId, source, agent, tool, argumentsJson } = this.request;
    const decision = this.#decision;
    return this.parts.audit.append({
      type, sessionId, callId, source, agent: agent.id, tool,
      arguments: this.#canonical ?? argumentsJson,
      ...(this.#canonical !== undefined && { argumentsHash: sha256(this.#canonical) }),
      ...(decision && { risk: decision.risk, rule: decision.rule, reason: decision.reason }),
      ...more,
    });
  }
}

const nameOfPermission: Record<AllowedBy, string> = { once: 'allow-once', session: 'allow-session', grant: 'grant', policy: 'policy' };

/** What the log keeps of a layer's decision. */
function inShort({ layer, decision: { verdict, risk, rule, reason } }: Ruling['layers'][number]): LayerVerdict {
  return { layer, verdict, risk, rule, reason };
}

function outcomeOf(result: ToolResult): CallOutcome {
  return { state: result.isError ? 'failed' : 'done', text: result.text, ...(result.summary !== undefined && { summary: result.summary }), ...(result.outside !== undefined && { outside: result.outside }), ...(result.results && { results: result.results }) };
}

function failureOf(error: unknown): CallOutcome {
  if (isCancelled(error)) return outcomeOfStop;
  if (!(error instanceof AxonError)) return { state: 'failed', text: `Failed: ${messageOf(error)}`, rule: 'call.failed' };
  const state = error.code === 'denied' ? 'denied' : 'failed';
  return { state, text: [error.message, error.next].filter(Boolean).join(' '), ...(error.next && { next: error.next }) };
}
