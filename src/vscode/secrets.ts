import { randomBytes } from 'node:crypto';
import type * as vscode from 'vscode';
import { parseHeaders, secretsOf, type CollectorHeaders } from '../audit/collector/headers.js';
import type { Anchor } from '../audit/storage/anchor.js';

const collectorHeaders = 'axon.auditCollectorHeaders';

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
    const key = held ? Buffer.from(held, 'base64') : randomBytes(32);
    if (!held) await this.storage.store('axon.auditKey', key.toString('base64'));
    this.#known.set('axon.auditKey', key.toString('base64'));
    this.#known.set('axon.auditKey in hex', key.toString('hex'));
    return key;
  }

  /** One for each key: what is remembered of another key's log says nothing about this one's. */
  auditAnchor(keyId: string): Anchor {
    const name = `axon.auditAnchor.${keyId}`;
    return {
      load: async () => this.storage.get(name),
      save: async (value) => this.storage.store(name, value),
    };
  }

  /** Headers for the audit collector, with the origin they are for. */
  async collectorHeaders(): Promise<CollectorHeaders | undefined> {
    const held = parseHeaders(await this.storage.get(collectorHeaders));
    if (held) this.#knowHeaders(held);
    return held;
  }

  /** `undefined` removes them. */
  async setCollectorHeaders(headers: CollectorHeaders | undefined): Promise<void> {
    if (headers) this.#knowHeaders(headers);
    await (headers ? this.storage.store(collectorHeaders, JSON.stringify(headers)) : this.storage.delete(collectorHeaders));
  }

  /** Told when any window changed them. */
  onCollectorHeaders(listener: () => void): vscode.Disposable {
    return this.storage.onDidChange(({ key }) => {
      if (key === collectorHeaders) listener();
    });
  }

  #knowHeaders({ values }: CollectorHeaders): void {
    for (const value of Object.values(values)) for (const secret of secretsOf(value)) this.#known.set(`${collectorHeaders} ${secret}`, secret);
  }

  known(): readonly string[] {
    return [...this.#known.values()];
  }
}
