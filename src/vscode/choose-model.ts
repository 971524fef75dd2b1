import * as vscode from 'vscode';
import { messageOf } from '../errors.js';
import { findOllama } from '../models/find-ollama.js';
import { listModels } from '../models/list-models.js';
import { askForApiKey } from './api-keys.js';
import { editorModelPrefix } from './editor-model.js';
import type { ModelServer } from './model-catalog.js';
import { modelServers } from './model-catalog.js';
import type { Secrets } from './secrets.js';
import { saveModel } from './settings.js';

interface Row extends vscode.QuickPickItem {
  readonly pick?: () => Promise<string | undefined>;
}

/** Lets the person choose a model from everything at hand, and keeps the choice. */
export async function chooseModel(secrets: Secrets): Promise<void> {
  const picked = await vscode.window.showQuickPick(rows(secrets), { title: 'Axon: choose a model', placeHolder: 'Where should your messages go?', matchOnDescription: true, matchOnDetail: true });
  const id = await picked?.pick?.();
  if (id !== undefined) await saveModel(id);
}

/** Chooses a model of a server that runs on this machine, without a key; says what to do when there is none. */
export async function chooseLocalModel(secrets: Secrets): Promise<void> {
  const ollama = await findOllama();
  const server = modelServers().find((each) => each.id === 'ollama');
  if (!ollama || !server) {
    const install = 'How to Install Ollama';
    const chosen = await vscode.window.showInformationMessage('Axon: no Ollama answers at 127.0.0.1:11434. Start it, or choose another way.', install, 'Choose Model…');
    if (chosen === install) await vscode.env.openExternal(vscode.Uri.parse('https://ollama.com/download'));
    else if (chosen) await chooseModel(secrets);
    return;
  }
  const id = await pickFrom(server, secrets);
  if (id !== undefined) await saveModel(id);
}

async function rows(secrets: Secrets): Promise<Row[]> {
  const [editor, ollama] = await Promise.all([vscode.lm.selectChatModels(), findOllama()]);
  const servers = modelServers().filter((server) => server.id !== 'ollama');
  const keyed = await Promise.all(servers.map(async (server) => ({ server, hasKey: !server.needsKey || Boolean(await secrets.apiKey(server.id)) })));
  const heading = (label: string): Row => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    heading('Nothing leaves this machine'),
    { label: 'Built-in guide', description: 'no language model', detail: 'A small command language: list, read, search, write, run, python … No key, no network.', pick: () => Promise.resolve('guide') },
    ...(ollama?.models ?? []).map((model): Row => ({ label: model, description: 'Ollama on this machine', pick: () => Promise.resolve(`ollama/${model}`) })),
    ...(editor.length > 0 ? [heading('The editor’s models')] : []),
    ...editor.map((chat): Row => ({ label: chat.name, description: chat.vendor, detail: `${chat.maxInputTokens.toLocaleString('en')} tokens`, pick: () => Promise.resolve(`${editorModelPrefix}${chat.vendor}/${chat.id}`) })),
    heading('Providers and servers'),
    ...keyed.map(({ server, hasKey }): Row => ({ label: `${server.label}…`, description: hasKey ? '' : 'needs an API key', detail: server.baseURL, pick: () => pickFrom(server, secrets) })),
  ];
}

/** Asks for a key where one is needed, lists the server's models, and lets the person pick or type one. */
async function pickFrom(server: ModelServer, secrets: Secrets): Promise<string | undefined> {
  let key = await secrets.apiKey(server.id);
  if (server.needsKey && !key) key = await askForApiKey(server, secrets);
  if (server.needsKey && !key) return undefined;
  const listed = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Axon: asking ${server.label} for its models…`, cancellable: true },
    async (_progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      return listModels({ baseURL: server.baseURL, api: server.api, ...(key && { key }), signal: abort.signal }).catch((error: unknown) => messageOf(error));
    },
  );
  const other = { label: '$(edit) Another model…', alwaysShow: true };
  const models = typeof listed === 'string' ? [] : listed.map((each) => ({ label: each.id }));
  const placeHolder = typeof listed === 'string' ? `${listed}. You can type a model’s name.` : `${models.length} models`;
  const picked = await vscode.window.showQuickPick([...models, other], { title: `${server.label}: choose a model`, placeHolder });
  const name = picked === other ? await vscode.window.showInputBox({ title: `${server.label}: the model’s name`, ignoreFocusOut: true }) : picked?.label;
  return name ? `${server.id}/${name.trim()}` : undefined;
}
