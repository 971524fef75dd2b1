import path from 'node:path';
import * as vscode from 'vscode';

export interface ScriptedTurn {
  readonly text?: readonly string[];
  readonly calls?: readonly { readonly name: string; readonly input: unknown }[];
  readonly error?: string;
  readonly code?: 'NoPermissions' | 'Blocked' | 'NotFound';
  readonly hang?: true;
}

export interface SeenRequest {
  readonly messages: readonly { readonly role: number; readonly content: readonly { readonly text?: string; readonly call?: string; readonly input?: unknown; readonly result?: string }[] }[];
  readonly tools: readonly string[];
  readonly cancelled: boolean;
}

interface Scripted {
  /** Taken one a request. */
  readonly turns: ScriptedTurn[];
  readonly requests: SeenRequest[];
  readonly globalStorage: string;
  readonly storage: string | undefined;
}

/** The setting `axon.model` that chooses it. */
export const scriptedModelId = 'editor:scripted/one';

/** The other extension of test/fixtures/host, which brings a model of its own. */
export async function scriptedModel(): Promise<Scripted> {
  const extension = vscode.extensions.getExtension<Scripted>('axon-tests.scripted-model');
  if (!extension) throw new Error('The extension with the scripted model is not installed.');
  return extension.activate();
}

/** Where Axon's own data lies, found from outside: next to the other extension's. */
export async function axonFolders(): Promise<{ readonly globalStorage: string; readonly storage: string; readonly user: string }> {
  const { globalStorage, storage } = await scriptedModel();
  const own = path.join(path.dirname(globalStorage), 'axon.axon');
  return { globalStorage: own, storage: storage === undefined ? own : path.join(path.dirname(storage), 'axon.axon'), user: path.dirname(path.dirname(path.dirname(globalStorage))) };
}
