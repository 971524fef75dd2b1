import * as vscode from 'vscode';
import { searchProviders } from '../policy/url/search-provider.js';
import { modelServers } from './model-catalog.js';
import type { Secrets } from './secrets.js';

/** Whoever a key is for, and is sent to. */
interface KeyOwner {
  /** The name the key is kept under. */
  readonly id: string;
  readonly label: string;
  readonly baseURL: string;
  /** Where a person gets a key; may be empty. */
  readonly help: string;
}

/** No server of a person's own can have an id with a dot: one of them can't take a search key over. */
function keyOwners(): readonly KeyOwner[] {
  const search = searchProviders.filter((each) => each.needsKey).map(({ id, label, host, help }) => ({ id: `search.${id}`, label: `${label} (web search)`, baseURL: `https://${host}`, help }));
  return [...modelServers(), ...search];
}

/** Asks for a key in a password box and keeps it in SecretStorage. Resolves to the key, or undefined when none was given. */
export async function askForApiKey(server: KeyOwner, secrets: Secrets): Promise<string | undefined> {
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
  const server = await pickServer('Whose API key?', keyOwners());
  if (server && (await askForApiKey(server, secrets))) void vscode.window.showInformationMessage(`Axon: the key for ${server.label} is kept.`);
}

export async function removeApiKey(secrets: Secrets): Promise<void> {
  const all = await Promise.all(keyOwners().map(async (server) => ({ server, key: await secrets.apiKey(server.id) })));
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

async function pickServer(title: string, servers: readonly KeyOwner[]): Promise<KeyOwner | undefined> {
  const picked = await vscode.window.showQuickPick(servers.map((server) => ({ label: server.label, description: server.baseURL, server })), { title: `Axon: ${title}` });
  return picked?.server;
}
