import * as vscode from 'vscode';
import type { Disposable } from '../disposable.js';
import { Disposables } from '../disposable.js';
import { messageOf } from '../errors.js';
import type { ApprovalAnswer, ApprovalRequest, Approvals } from '../gate/approval.js';
import { changeOf } from '../tools/preview.js';
import { headline, wholeRequest } from './approval-text.js';
import { answerAndTell, isSettled } from './approval-review.js';

interface Panel {
  readonly visible: boolean;
  onVisibilityChanged(listener: () => void): Disposable;
  reveal(): Promise<void>;
}

/**
 * While the chat panel is hidden, an open request is shown as a notification with the card's buttons. The editor has no
 * call to close one notification; when a request is answered elsewhere its toast is put away, and its buttons do nothing.
 */
export function notifyWhenHidden(approvals: Approvals, panel: Panel, review: (request: ApprovalRequest) => Promise<void>): Disposable {
  /** Shown once each: a notification that was put away doesn't come back with the next request. */
  const known = new Set<string>();
  const shown = new Set<string>();
  const disposables = new Disposables();

  const show = async (request: ApprovalRequest): Promise<void> => {
    if (known.has(request.id)) return;
    known.add(request.id);
    shown.add(request.id);
    const whole = wholeRequest(request);
    const buttons = whole === undefined ? ['Review…', 'Deny'] : ['Allow Once', ...(request.grant ? ['Allow for Session'] : []), 'Deny', 'Show in Chat'];
    const shownInstead = changeOf(request.preview) ? 'Look at the change first.' : request.preview ? 'Look at the files first.' : 'It is too long to be shown here.';
    const text = `${headline(request)}. ${whole ?? shownInstead}`;
    const openedAt = Date.now();
    const chosen = await vscode.window.showWarningMessage(text, ...buttons);
    if (!shown.delete(request.id)) return;
    if (chosen?.startsWith('Allow') === true && !isSettled(openedAt)) return showAgain(request);
    if (chosen === 'Review…') await review(request);
    else if (chosen === 'Show in Chat') await panel.reveal();
    else if (chosen !== undefined) answerAndTell(approvals, request, answerOf(chosen));
  };
  /** It had just appeared under the pointer: nobody can have read it. */
  const showAgain = async (request: ApprovalRequest): Promise<void> => {
    known.delete(request.id);
    if (approvals.pending.includes(request)) await show(request);
  };
  const showAll = (): void => {
    if (!panel.visible) for (const request of approvals.pending) show(request).catch((error: unknown) => void vscode.window.showErrorMessage(`Axon: ${messageOf(error)}`));
  };

  disposables.add(approvals.onOpened(showAll));
  disposables.add(panel.onVisibilityChanged(showAll));
  disposables.add(
    approvals.onClosed(({ request }) => {
      known.delete(request.id);
      if (shown.delete(request.id)) void vscode.commands.executeCommand('notifications.hideToasts');
    }),
  );
  return disposables;
}

function answerOf(button: string): ApprovalAnswer {
  if (button === 'Allow Once') return { type: 'allow-once' };
  if (button === 'Allow for Session') return { type: 'allow-session' };
  return { type: 'deny' };
}
