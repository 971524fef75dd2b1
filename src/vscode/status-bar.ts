import * as vscode from 'vscode';
import { Disposables } from '../disposable.js';
import type { Disposable } from '../disposable.js';
import type { Approvals } from '../gate/approval.js';

/** Counts what waits for an approval. Hidden while nothing does. */
export function showPendingInStatusBar(approvals: Approvals): Disposable {
  const item = vscode.window.createStatusBarItem('axon.pending', vscode.StatusBarAlignment.Left, 100);
  item.name = 'Axon Approvals';
  item.command = 'axon.reviewPendingApprovals';
  item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
  const update = (): void => {
    const count = approvals.pending.length;
    item.text = `$(bell-dot) Axon: ${count} waiting`;
    item.tooltip = count === 1 ? 'One request waits for your approval' : `${count} requests wait for your approval`;
    item.accessibilityInformation = { label: item.tooltip, role: 'button' };
    if (count > 0) item.show();
    else item.hide();
  };
  update();
  const disposables = new Disposables();
  disposables.add(item);
  disposables.add(approvals.onOpened(update));
  disposables.add(approvals.onClosed(update));
  return disposables;
}
