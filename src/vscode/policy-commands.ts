import * as vscode from 'vscode';
import { cutEnd } from '../agent/cut.js';
import type { RefusedCommand } from '../agent/refused-command.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { AuditRecord } from '../audit/record.js';
import type { CommandGuard } from '../policy/command/command-guard.js';
import type { AgentProfile } from '../policy/profile.js';
import type { WorkspaceFolder } from '../ports/roots.js';
import type { OfferedTool } from '../tools/registry.js';
import { pickText } from './approval-text.js';
import { allowCommandHere, editAllowedCommands, pickRefusedCommand } from './policy-allow-here.js';
import { decisionText } from './policy-decision-text.js';
import type { DecisionDocuments } from './policy-documents.js';
import { PolicyExplainer, type ExplainParts } from './policy-explain.js';
import type { PolicyChanges } from './policy-changes.js';
import { editUserRules, editWorkspacePolicy } from './policy-file-commands.js';
import { sampleArguments } from './sample-arguments.js';

export interface PolicyCommandParts extends ExplainParts {
  readonly log: () => Promise<AuditLog>;
  readonly documents: DecisionDocuments;
  readonly guard: () => Promise<CommandGuard>;
  readonly changes: PolicyChanges;
  readonly folders: () => readonly WorkspaceFolder[];
  /** The session and the agent that a call that is tried out would come from. */
  readonly session: () => { readonly id: string; readonly agent: AgentProfile };
}

/** What the palette and the cards offer about the policy. */
export interface PolicyCommands {
  explainDecision(): Promise<void>;
  /** Shows why a call was decided as it was; of the session that is open, unless another is named. */
  explainCall(callId: string, sessionId?: string): Promise<void>;
  testPolicy(): Promise<void>;
  editWorkspacePolicy(): Promise<void>;
  editUserRules(): Promise<void>;
  /** Asks the person in a dialog. True when the command is on their list now; it isn't run. */
  allowCommandHere(refused: RefusedCommand): Promise<boolean>;
  pickRefusedCommand(): Promise<void>;
  editAllowedCommands(): Promise<void>;
}

export function policyCommands(given: PolicyCommandParts): PolicyCommands {
  const parts = { ...given, explainer: new PolicyExplainer(given) };
  const allowing = { guard: given.guard, changes: given.changes, refused: () => refusedCommands(parts) };
  return {
    explainDecision: () => explainDecision(parts),
    explainCall: (callId, sessionId = parts.session().id) => explainCall(parts, callId, sessionId),
    testPolicy: () => testPolicy(parts),
    editWorkspacePolicy: () => editWorkspacePolicy(parts.folders()),
    editUserRules,
    allowCommandHere: (refused) => allowCommandHere(allowing, refused),
    pickRefusedCommand: () => pickRefusedCommand(allowing),
    editAllowedCommands,
  };
}

type Parts = PolicyCommandParts & { readonly explainer: PolicyExplainer };

/** Events that are looked through for calls, newest first. */
const mostEvents = 1_000;
const mostCalls = 200;

async function refusedCommands({ log, session }: Parts): Promise<readonly AuditRecord[]> {
  const { records } = await (await log()).page({ sessionId: session().id, tool: 'shell_execute', types: ['tool_denied'], limit: mostCalls });
  return records;
}

async function explainCall(parts: Parts, callId: string, sessionId: string): Promise<void> {
  const log = await parts.log();
  const { records } = await log.page({ sessionId, text: callId, limit: mostEvents });
  const call = callsIn(records).find(({ request }) => request.callId === callId);
  if (call) await showCall(parts, call);
  else void vscode.window.showInformationMessage('Axon: the audit log holds nothing of this call.');
}

interface PastCall {
  readonly request: AuditRecord;
  /** Oldest first. */
  readonly story: readonly AuditRecord[];
}

/** The calls among events that are newest first, newest first. A call begins with its request, even where its id was used before. */
function callsIn(records: readonly AuditRecord[]): readonly PastCall[] {
  const calls: PastCall[] = [];
  const later = new Map<string, AuditRecord[]>();
  for (const record of records) {
    if (record.callId === undefined) continue;
    const key = JSON.stringify([record.sessionId, record.callId]);
    const story = [record, ...(later.get(key) ?? [])];
    if (record.type === 'tool_requested') {
      calls.push({ request: record, story });
      later.delete(key);
    } else later.set(key, story);
  }
  return calls;
}

async function showCall({ explainer, documents }: Parts, { request, story }: PastCall): Promise<void> {
  const page = await explainer.recorded(request, story);
  await documents.show(page.title, decisionText(page));
}

async function explainDecision(parts: Parts): Promise<void> {
  const log = await parts.log();
  const { records } = await log.page({ limit: mostEvents });
  const another = { label: '$(edit) Another call…', detail: 'One that nobody made: choose a tool and its arguments', call: undefined };
  const rows = callsIn(records).slice(0, mostCalls).map((call) => ({ ...rowOf(call), call }));
  const picked = await vscode.window.showQuickPick([another, ...rows], { title: 'Axon: explain a decision', placeHolder: 'Calls of all windows, newest first', matchOnDescription: true, matchOnDetail: true });
  if (!picked) return;
  if (picked.call) await showCall(parts, picked.call);
  else await testPolicy(parts);
}

const outcomes: Partial<Record<AuditRecord['type'], string>> = { tool_denied: 'refused', tool_rejected: 'not allowed', tool_executed: 'ran', tool_failed: 'failed', tool_approved: 'allowed' };

function rowOf({ request, story }: PastCall): { label: string; description: string; detail: string } {
  const last = story.at(-1) ?? request;
  return {
    label: pickText(request.tool ?? ''),
    description: pickText([outcomes[last.type] ?? 'asked', request.rule, new Date(request.at).toLocaleString()].filter(Boolean).join(' · ')),
    detail: pickText(cutEnd(request.arguments ?? '', 300)),
  };
}

/** A call that is only judged: nothing is run, asked or recorded. */
async function testPolicy(parts: Parts): Promise<void> {
  const { id: sessionId, agent } = parts.session();
  const offered = parts.tools.offeredTo({ ...agent, tools: 'all' });
  const picked = await vscode.window.showQuickPick(offered.map((tool) => ({ label: tool.name, detail: pickText(tool.description), tool })), { title: 'Axon: test the policy', placeHolder: 'Which tool would be called?' });
  if (!picked) return;
  const argumentsJson = await askArguments(picked.tool);
  if (argumentsJson === undefined) return;
  const page = await parts.explainer.tried({ tool: picked.tool.name, argumentsJson, agent, sessionId });
  await parts.documents.show(page.title, decisionText(page));
}

/** The tool's main argument alone, or all of them as JSON. */
async function askArguments(tool: OfferedTool): Promise<string | undefined> {
  const { main, sample } = sampleArguments(tool);
  const given = await vscode.window.showInputBox({
    title: `Axon: test the policy for ${tool.name}`,
    prompt: `${main === undefined ? 'The arguments as JSON' : `The ${main}, or all arguments as JSON`}. Nothing is run, asked or recorded.`,
    value: main === undefined ? JSON.stringify(sample) : '',
    ignoreFocusOut: true,
  });
  if (given === undefined || main === undefined || /^\s*\{/.test(given)) return given;
  return JSON.stringify({ ...sample, [main]: given });
}
