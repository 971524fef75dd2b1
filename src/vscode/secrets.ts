import { randomBytes } from 'node:crypto';
import type * as vscode from 'vscode';

/** Everything secret lives in the editor's SecretStorage and nowhere else. */
export class Secrets {
  /** Values handed out in this window, so that the audit log can strike them out wherever they turn up. */
  readonly #known = new Map<string, string>();

  constructor(private readonly storage: vscode.SecretStorage) {}

  async apiKey(provider: string): Promise<string | undefined> {
    const name = `axon.apiKey.${provider}`;
    const key = await this.storage.get(name);
    if (key) this.#known.set(name, key);
    return key;
  }

  async setApiKey(provider: string, key: string): Promise<void> {
    this.#known.set(`axon.apiKey.${provider}`, key);
    await this.storage.store(`axon.apiKey.${provider}`, key);
  }

  async removeApiKey(provider: string): Promise<void> {
    await this.storage.delete(`axon.apiKey.${provider}`);
  }

  /** 32 bytes that key the audit log's hash chain; made once. The caller keeps other windows from making one too. */
  async auditKey(): Promise<Buffer> {
    const held = await this.storage.get('axon.auditKey');
    if (held) return Buffer.from(held, 'base64');
    const key = randomBytes(32);
    await this.storage.store('axon.auditKey', key.toString('base64'));
    return key;
  }

  readonly auditAnchor = {
    load: async (): Promise<string | undefined> => this.storage.get('axon.auditAnchor'),
    save: async (value: string): Promise<void> => this.storage.store('axon.auditAnchor', value),
  };

  known(): readonly string[] {
    return [...this.#known.values()];
  }
}
