import * as vscode from 'vscode';
import type { ToHost } from '../protocol/chat.js';
import { saveModel } from './settings.js';

type PageCommand = Extract<ToHost, { type: 'command' }>['command'];

/** What each command of the page stands for. The page can name nothing else. */
const commands: Record<PageCommand, () => Thenable<unknown>> = {
  chooseModel: () => vscode.commands.executeCommand('axon.chooseModel'),
  chooseAgent: () => vscode.commands.executeCommand('axon.chooseAgent'),
  setApiKey: () => vscode.commands.executeCommand('axon.setApiKey'),
  openAuditLog: () => vscode.commands.executeCommand('axon.openAuditLog'),
  sandboxStatus: () => vscode.commands.executeCommand('axon.sandboxStatus'),
  buildSandboxImage: () => vscode.commands.executeCommand('axon.buildSandboxImage'),
  revokeSessionPermissions: () => vscode.commands.executeCommand('axon.revokeSessionPermissions'),
  clearTaint: () => vscode.commands.executeCommand('axon.clearTaint'),
  useLocalModel: () => vscode.commands.executeCommand('axon.useLocalModel'),
  useGuide: () => saveModel('guide'),
  openSettings: () => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:axon.axon'),
  openFolder: () => vscode.commands.executeCommand('workbench.action.files.openFolder'),
};

export async function runPageCommand(command: PageCommand): Promise<void> {
  await commands[command]();
}

/** Puts code where the cursor is, in the editor the person used last. Code is only inserted, never run. */
export async function insertIntoEditor(text: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage('Axon: open a file first, then insert again.');
    return;
  }
  await editor.edit((edit) => {
    for (const selection of editor.selections) edit.replace(selection, text);
  });
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

/** Opens an http(s) address outside, after showing it in full: an address can carry data out. */
export async function openLink(url: string): Promise<void> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') return;
  const open = 'Open';
  const chosen = await vscode.window.showWarningMessage('Open this address in your browser?', { modal: true, detail: parsed.href }, open);
  if (chosen === open) await vscode.env.openExternal(vscode.Uri.parse(parsed.href, true));
}
