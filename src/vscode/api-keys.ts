import * as vscode from 'vscode';
import type { ModelServer } from './model-catalog.js';
import { modelServers } from './model-catalog.js';
import type { Secrets } from './secrets.js';

/** Asks for a key in a password box and keeps it in SecretStorage. Resolves to the key, or undefined when none was given. */
export async function askForApiKey(server: ModelServer, secrets: Secrets): Promise<string | undefined> {
  const key = await vscode.window.showInputBox({
    title: `${server.label}: API key`,
    prompt: server.help ? `Kept in the editor’s secret storage and sent to ${server.label} only. Get one at ${server.help}` : `Kept in the editor’s secret storage and sent to ${server.baseURL} only.`,
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (/[^\x21-\x7e]/.test(text.trim()) ? 'A key has no blanks or special characters.' : undefined),
  });
  if (!key?.trim()) return undefined;
  await secrets.setApiKey(server.id, key.trim());
  return key.trim();
}

export async function setApiKey(secrets: Secrets): Promise<void> {
  const server = await pickServer('Whose API key?', modelServers());
  if (server && (await askForApiKey(server, secrets))) void vscode.window.showInformationMessage(`Axon: the key for ${server.label} is kept.`);
}

export async function removeApiKey(secrets: Secrets): Promise<void> {
  const all = await Promise.all(modelServers().map(async (server) => ({ server, key: await secrets.apiKey(server.id) })));
  const kept = all.filter((each) => each.key).map((each) => each.server);
  if (kept.length === 0) {
    void vscode.window.showInformationMessage('Axon: no API key is kept.');
    return;
  }
  const server = await pickServer('Remove whose API key?', kept);
  if (!server) return;
  await secrets.removeApiKey(server.id);
  void vscode.window.showInformationMessage(`Axon: the key for ${server.label} is removed.`);
}

async function pickServer(title: string, servers: readonly ModelServer[]): Promise<ModelServer | undefined> {
  const picked = await vscode.window.showQuickPick(servers.map((server) => ({ label: server.label, description: server.baseURL, server })), { title: `Axon: ${title}` });
  return picked?.server;
}
