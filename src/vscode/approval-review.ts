import * as vscode from 'vscode';
import type { ApprovalAnswer, ApprovalRequest, Approvals } from '../gate/approval.js';
import { visible, visibleLine } from '../visible.js';
import { pickText } from './approval-text.js';

interface Shower {
  showDiff(request: ApprovalRequest): Promise<void>;
  showArguments(request: ApprovalRequest): Promise<void>;
}

/** Hands the answer to the broker, and tells the person when it came too late or too early. True when it was taken. */
export function answerAndTell(approvals: Approvals, request: ApprovalRequest, answer: ApprovalAnswer): boolean {
  const result = approvals.answer(request.id, request.hash, answer);
  if (result === 'accepted') return true;
  const text = {
    stale: 'This request was already answered or has ended; nothing was changed.',
    'too-early': 'The request had just appeared, so the answer was not taken. Please answer again.',
    'not-offered': 'This request can only be allowed once.',
  }[result];
  void vscode.window.showInformationMessage(`Axon: ${text}`);
  return false;
}

/** Lets the person pick one of the open requests and answer it, by keyboard alone. */
export async function reviewPending(approvals: Approvals, shower: Shower): Promise<void> {
  const pending = approvals.pending;
  if (pending.length === 0) {
    void vscode.window.showInformationMessage('Axon: nothing waits for your approval.');
    return;
  }
  if (pending.length === 1 && pending[0]) return reviewOne(approvals, shower, pending[0]);
  const rows = pending.map((request) => ({
    label: pickText(request.title),
    description: `${request.risk} risk`,
    detail: pickText(`${request.reason} (${request.rule})`),
    request,
  }));
  const picked = await vscode.window.showQuickPick(rows, { title: `Axon: ${pending.length} requests wait`, placeHolder: 'Choose a request to answer' });
  if (picked) await reviewOne(approvals, shower, picked.request);
}

interface AnswerRow extends vscode.QuickPickItem {
  readonly act: () => Promise<void>;
}

/**
 * One request with its exact arguments and the answers. Deny comes first, so that Enter alone allows nothing; only the
 * command that is named after approving puts Allow once first.
 */
export async function reviewOne(approvals: Approvals, shower: Shower, request: ApprovalRequest, { first = 'deny' } = {}): Promise<void> {
  const answer = async (given: ApprovalAnswer): Promise<void> => void answerAndTell(approvals, request, given);
  const thenAskAgain = async (show: () => Promise<void>): Promise<void> => {
    await show();
    if (approvals.pending.includes(request)) await reviewOne(approvals, shower, request, { first });
  };
  const deny: AnswerRow = { label: '$(close) Deny', act: () => answer({ type: 'deny' }) };
  const allow: AnswerRow = { label: '$(check) Allow once', detail: shortArguments(request), act: () => answer({ type: 'allow-once' }) };
  const rows: AnswerRow[] = [
    ...(first === 'allow' ? [allow, deny] : [deny]),
    { label: '$(comment) Deny with a word to the model…', act: () => denyWithNote(approvals, request) },
    ...(first === 'allow' ? [] : [allow]),
    ...(request.grant ? [{ label: '$(check-all) Allow for this session', detail: pickText(request.grant.label), act: () => answer({ type: 'allow-session' }) }] : []),
    ...(request.preview ? [{ label: '$(diff) Show the change', act: () => thenAskAgain(() => shower.showDiff(request)) }] : []),
    { label: '$(json) Show the exact arguments', act: () => thenAskAgain(() => shower.showArguments(request)) },
  ];
  const warnings = request.warnings.map((each) => ` ⚠ ${each}`).join('');
  const picked = await vscode.window.showQuickPick(rows, {
    title: `${visibleLine(request.title)} (${request.risk} risk)`,
    placeHolder: visibleLine(`${request.reason}${warnings}`),
    ignoreFocusOut: true,
  });
  await picked?.act();
}

async function denyWithNote(approvals: Approvals, request: ApprovalRequest): Promise<void> {
  const note = await vscode.window.showInputBox({ title: 'Deny with a word to the model', prompt: 'What should it do instead?', ignoreFocusOut: true });
  if (note !== undefined) answerAndTell(approvals, request, { type: 'deny', ...(note && { note }) });
}

function shortArguments(request: ApprovalRequest): string {
  const text = pickText(visible(request.argumentsText).replaceAll(/\s*\n\s*/g, ' '));
  return text.length > 400 ? `${text.slice(0, 399)}… (${text.length} characters: show the exact arguments to read all)` : text;
}
