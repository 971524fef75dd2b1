import * as vscode from 'vscode';
import type { Model } from '../models/model.js';
import { ModelError } from '../models/model.js';
import { modelPresets } from '../models/model-presets.js';
import { editorModel, editorModelPrefix } from './editor-model.js';
import type { Secrets } from './secrets.js';
import { settings } from './settings.js';

/** A server whose models can be chosen. */
export interface ModelServer {
  /** Part of the model's id, and the name its key is kept under. */
  readonly id: string;
  readonly label: string;
  readonly api: 'anthropic' | 'openai';
  readonly baseURL: string;
  readonly needsKey: boolean;
  /** Where a person gets a key. */
  readonly help: string;
}

/** The servers that come with Axon, then those from the user's settings. A setting can't take over the name of one of ours. */
export function modelServers(): readonly ModelServer[] {
  const own: ModelServer[] = [
    { id: 'anthropic', label: 'Anthropic', api: 'anthropic', baseURL: 'https://api.anthropic.com', needsKey: true, help: 'https://console.anthropic.com/settings/keys' },
    ...modelPresets
      .filter((preset) => preset.id !== 'custom')
      .map((preset): ModelServer => ({ id: preset.id, label: preset.label, api: 'openai', baseURL: preset.baseURL, needsKey: preset.key === 'required', help: preset.help })),
  ];
  const taken = new Set(own.map((server) => server.id));
  const further = settings
    .endpoints()
    .filter((endpoint) => !taken.has(endpoint.id) && endpoint.id !== 'guide')
    .map((endpoint): ModelServer => ({ id: endpoint.id, label: endpoint.label ?? endpoint.id, api: 'openai', baseURL: endpoint.baseUrl, needsKey: endpoint.needsKey, help: '' }));
  return [...own, ...further];
}

/**
 * The model of an id as the setting `axon.model` holds it: `guide`, `editor:VENDOR/ID`, or `SERVER/MODEL`.
 * Throws `ModelError` `unavailable` when there is none.
 */
export async function modelOf(id: string, secrets: Secrets): Promise<Model> {
  if (id === 'guide') return (await import('../models/guide.js')).guide;
  if (id.startsWith(editorModelPrefix)) return editorModelOf(id);
  const slash = id.indexOf('/');
  const server = modelServers().find((each) => each.id === id.slice(0, slash));
  const name = id.slice(slash + 1);
  if (slash === -1 || !server || name === '') throw new ModelError('unavailable', `There is no model “${id}”`, 'Choose another with “Axon: Choose Model…”.');
  const key = (): Promise<string | undefined> => secrets.apiKey(server.id);
  if (server.api === 'anthropic') return (await import('../models/anthropic.js')).createAnthropicModel({ model: name, key });
  const { createOpenAICompatibleModel } = await import('../models/openai-compatible.js');
  const preset = modelPresets.find((each) => each.id === server.id && each.id !== 'custom');
  if (preset) return createOpenAICompatibleModel({ preset: preset.id, model: name, key });
  const contextTokens = settings.endpoints().find((each) => each.id === server.id)?.contextTokens;
  const model = createOpenAICompatibleModel({ preset: 'custom', model: name, key, baseURL: server.baseURL, ...(contextTokens && { contextTokens }) });
  return { ...model, id };
}

async function editorModelOf(id: string): Promise<Model> {
  const [vendor = '', ...rest] = id.slice(editorModelPrefix.length).split('/');
  const [chat] = await vscode.lm.selectChatModels({ vendor, id: rest.join('/') });
  if (!chat) throw new ModelError('unavailable', 'The editor no longer has the chosen model', 'Choose another with “Axon: Choose Model…”.');
  return editorModel(chat);
}
