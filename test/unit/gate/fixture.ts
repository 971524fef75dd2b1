import { z } from 'zod';
import type { AuditEvent, AuditWriter } from '../../../src/audit/event.js';
import { ApprovalBroker } from '../../../src/gate/broker.js';
import type { ApprovalAnswer, ApprovalRequest } from '../../../src/gate/approval.js';
import type { CallOutcome, CallProgress, CallRequest } from '../../../src/gate/call.js';
import { createGate } from '../../../src/gate/gate.js';
import { Grants } from '../../../src/gate/grants.js';
import type { Decision } from '../../../src/policy/decision.js';
import { createPolicy } from '../../../src/policy/engine.js';
import type { AgentProfile } from '../../../src/policy/profile.js';
import { Taint } from '../../../src/policy/taint.js';
import type { Ports } from '../../../src/ports/ports.js';
import { ToolRegistry } from '../../../src/tools/registry.js';
import type { Tool, ToolResult } from '../../../src/tools/tool.js';
import { defineTool } from '../../../src/tools/tool.js';

export const assistant: AgentProfile = { id: 'assistant', label: 'Assistant', description: '', prompt: '', tools: 'all', highestRisk: 'high' };

export const asks = (rule: string, more: Partial<Decision> = {}): Decision => ({ verdict: 'ask', risk: 'low', rule, reason: 'It asks.', ...more });

/** No tool in these tests may reach a port: any use is a failure. */
const noPorts = new Proxy({}, { get: (_target, name) => { throw new Error(`port ${String(name)} used`); } }) as Ports;

export interface World {
  readonly gate: ReturnType<typeof createGate>;
  readonly broker: ApprovalBroker;
  readonly grants: Grants;
  readonly taint: Taint;
  readonly recorded: AuditEvent[];
  /** What ran, in order: the tool's name and its arguments. */
  readonly ran: string[];
  clock: number;
  trusted: boolean;
  auditBroken: boolean;
  /** Hears each event once it is recorded. */
  onRecord: (event: AuditEvent) => void;
  autoApprove: string[];
  pathVerdict: Decision;
  urlVerdict: Decision;
  commandVerdict: Decision;
  call(tool: string, args: unknown, options?: { sessionId?: string; agent?: AgentProfile; signal?: AbortSignal }): Promise<CallOutcome> & { progress: CallProgress[] };
  /** Waits for the next open request, and answers it as a surface would. */
  answer(answer: ApprovalAnswer): Promise<ApprovalRequest>;
  nextRequest(): Promise<ApprovalRequest>;
}

export function world(more: readonly Tool[] = []): World {
  const recorded: AuditEvent[] = [];
  const ran: string[] = [];
  const state = { clock: 1_000_000, trusted: true, auditBroken: false, onRecord: (() => undefined) as World['onRecord'], autoApprove: [] as string[], pathVerdict: asks('path.read', { grant: { key: 'read:/ws', label: 'Read files' } }), urlVerdict: asks('url.host', { risk: 'medium', grant: { key: 'fetch:a.example', label: 'Fetch from a.example' } }), commandVerdict: asks('command.listed', { risk: 'medium', grant: { key: 'command:["ls"]', label: 'Run exactly "ls"' } }) };
  const remember = async (name: string, args: unknown): Promise<ToolResult> => {
    ran.push(`${name} ${JSON.stringify(args)}`);
    return { text: `${name} ran` };
  };
  const tools: Tool[] = [
    defineTool({ name: 'file_read', description: '', schema: z.object({ path: z.string() }), effect: 'read', risk: 'low', approval: 'grantable', title: (a) => `Read ${a.path}`, subjects: (a) => [{ kind: 'path', operation: 'read', path: a.path }], run: (a) => remember('file_read', a) }),
    defineTool({ name: 'shell_execute', description: '', schema: z.object({ command: z.string() }), effect: 'execute', risk: 'medium', approval: 'grantable', title: (a) => `Run ${a.command}`, subjects: (a) => [{ kind: 'command', command: a.command }], run: (a) => remember('shell_execute', a) }),
    defineTool({ name: 'code_execute', description: '', schema: z.object({ code: z.string() }), effect: 'execute', risk: 'high', approval: 'each', title: () => 'Run code', subjects: (a) => [{ kind: 'code', language: 'python', code: a.code }], run: (a) => remember('code_execute', a) }),
    defineTool({ name: 'web_fetch', description: '', schema: z.object({ url: z.string() }), effect: 'network', risk: 'medium', approval: 'grantable', title: (a) => `Fetch ${a.url}`, subjects: (a) => [{ kind: 'url', method: 'GET', url: a.url }], run: async (a) => ({ ...(await remember('web_fetch', a)), outside: a.url }) }),
    ...more,
  ];
  const audit: AuditWriter = {
    async append(event) {
      if (state.auditBroken) {
        const { AxonError } = await import('../../../src/errors.js');
        throw new AxonError('audit-unavailable', 'The disk is full.', 'Make room.');
      }
      recorded.push(event);
      state.onRecord(event);
    },
  };
  const broker = new ApprovalBroker(() => state.clock);
  const grants = new Grants();
  const taint = new Taint({ load: () => ({ marks: [], clearedAt: 0 }), save: () => undefined }, () => state.clock);
  const policy = createPolicy(
    {
      path: { decide: async () => state.pathVerdict },
      url: { decide: async () => state.urlVerdict },
      search: { decide: async () => state.urlVerdict },
      command: { decide: async () => state.commandVerdict },
      code: { decide: async () => asks('sandbox.always-ask', { risk: 'high' }) },
    },
    { autoApprove: () => state.autoApprove },
  );
  const gate = createGate({ tools: new ToolRegistry(tools), policy, broker, grants, taint, audit, ports: noPorts, trusted: () => state.trusted, approvalSeconds: () => 600, now: () => state.clock });

  let count = 0;
  const nextRequest = async (): Promise<ApprovalRequest> => {
    for (let turn = 0; turn < 200; turn += 1) {
      const open = broker.pending[0];
      if (open) return open;
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error('no request was opened');
  };
  return Object.assign(state, {
    gate, broker, grants, taint, recorded, ran, nextRequest,
    call(tool: string, args: unknown, options: { sessionId?: string; agent?: AgentProfile; signal?: AbortSignal } = {}) {
      const progress: CallProgress[] = [];
      count += 1;
      const request: CallRequest = { callId: `c${count}`, sessionId: options.sessionId ?? 's1', source: 'chat', agent: options.agent ?? assistant, tool, argumentsJson: typeof args === 'string' ? args : JSON.stringify(args) };
      const outcome = gate.callTool(request, { signal: options.signal ?? new AbortController().signal, onProgress: (each) => void progress.push(each) });
      return Object.assign(outcome, { progress });
    },
    async answer(answer: ApprovalAnswer) {
      const request = await nextRequest();
      state.clock = Math.max(state.clock, request.answerableAt);
      const result = broker.answer(request.id, request.hash, answer);
      if (result !== 'accepted') throw new Error(`the answer was ${result}`);
      return request;
    },
  });
}
