import * as vscode from 'vscode';
import type { ApprovalAnswer, ApprovalRequest, Approvals } from '../gate/approval.js';
import { settleMilliseconds } from '../gate/build-approval.js';
import { changeOf } from '../tools/preview.js';
import { pickText, rowOfRequest } from './approval-text.js';

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

export interface ReviewOptions {
  /** What Enter alone does. Default `deny`. */
  readonly first?: 'deny' | 'allow';
  /** The whole request was on the screen: its document, or its diff. */
  readonly wasShown?: boolean;
}

/**
 * One request with its exact arguments and the answers. Deny comes first, so that Enter alone allows nothing; only the
 * command that is named after approving puts Allow once first. Where a row can't show all that has to be read, the
 * request is shown first and allowing is offered then. An allowing answer in the first moments of a list is not taken.
 */
export async function reviewOne(approvals: Approvals, shower: Shower, request: ApprovalRequest, options: ReviewOptions = {}): Promise<void> {
  const { first = 'deny', wasShown = false } = options;
  const row = rowOfRequest(request);
  const openedAt = Date.now();
  const answer = async (given: ApprovalAnswer): Promise<void> => void answerAndTell(approvals, request, given);
  const again = async (more: ReviewOptions): Promise<void> => {
    if (approvals.pending.includes(request)) await reviewOne(approvals, shower, request, { ...options, ...more });
  };
  const thenAskAgain = async (show: () => Promise<void>): Promise<void> => {
    await show();
    await again({ wasShown: true });
  };
  const allowing = async (given: ApprovalAnswer): Promise<void> => {
    if (!isSettled(openedAt)) return again({});
    if (row === undefined && !wasShown) return thenAskAgain(() => (request.preview ? shower.showDiff(request) : shower.showArguments(request)));
    return answer(given);
  };
  const readFirst = row === undefined && !wasShown ? ' after reading…' : '';
  const deny: AnswerRow = { label: '$(close) Deny', act: () => answer({ type: 'deny' }) };
  const allow: AnswerRow = { label: `$(check) Allow once${readFirst}`, detail: row ?? (wasShown ? 'The request is shown in the editor.' : `Shows the whole request first${request.warnings.length > 0 ? ', with its warnings' : ''}: it does not fit here.`), act: () => allowing({ type: 'allow-once' }) };
  const rows: AnswerRow[] = [
    ...(first === 'allow' ? [allow, deny] : [deny]),
    { label: '$(comment) Deny with a word to the model…', act: () => denyWithNote(approvals, request) },
    ...(first === 'allow' ? [] : [allow]),
    ...(request.grant ? [{ label: `$(check-all) Allow for this session${readFirst}`, detail: pickText(request.grant.label), act: () => allowing({ type: 'allow-session' }) }] : []),
    ...(changeOf(request.preview) ? [{ label: '$(diff) Show the change', act: () => thenAskAgain(() => shower.showDiff(request)) }] : []),
    { label: '$(json) Show the exact arguments', act: () => thenAskAgain(() => shower.showArguments(request)) },
  ];
  const warnings = request.warnings.map((each) => ` ⚠ ${each}`).join('');
  const picked = await vscode.window.showQuickPick(rows, {
    title: pickText(`${request.title} (${request.risk} risk)`),
    placeHolder: pickText(`${request.reason}${warnings}`),
    ignoreFocusOut: true,
  });
  await picked?.act();
}

/** False in the first moments of a list or a notification: a key or a click in them was meant for what was there before. */
export function isSettled(openedAt: number): boolean {
  return Date.now() - openedAt >= settleMilliseconds;
}

async function denyWithNote(approvals: Approvals, request: ApprovalRequest): Promise<void> {
  const note = await vscode.window.showInputBox({ title: 'Deny with a word to the model', prompt: 'What should it do instead?', ignoreFocusOut: true });
  if (note !== undefined) answerAndTell(approvals, request, { type: 'deny', ...(note && { note }) });
}
