import { randomBytes } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AuditLog } from '../audit/audit-log.js';
import type { AuditEvent, AuditWriter } from '../audit/event.js';
import type { lockFolder as LockFolder } from '../audit/storage/folder-lock.js';
import type { AuditProblem } from '../audit/problem.js';
import { AxonError, messageOf } from '../errors.js';
import type { Secrets } from './secrets.js';

/**
 * This window's audit log: opened when first written to or looked at, shown live in the output channel. When it can't be
 * opened, every append fails, so nothing runs; the next append tries again.
 */
export class AuditTrail implements AuditWriter {
  readonly channel = vscode.window.createOutputChannel('Axon Audit', 'log');
  readonly #folder: string;
  readonly #wasm: string;
  #opening: Promise<AuditLog> | undefined;
  #disposed = false;

  constructor(
    context: vscode.ExtensionContext,
    private readonly secrets: Secrets,
  ) {
    this.#folder = path.join(context.globalStorageUri.fsPath, 'audit');
    this.#wasm = path.join(context.extensionPath, 'dist', 'vendor', 'sql-wasm.wasm');
  }

  async append(event: AuditEvent): Promise<void> {
    const log = await this.log();
    await log.append(event);
  }

  /** Rejects with `AxonError` `audit-unavailable`. */
  log(): Promise<AuditLog> {
    if (this.#disposed) return Promise.reject(new AxonError('audit-unavailable', 'The window is closing.'));
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      if (error instanceof AxonError) throw error;
      throw new AxonError('audit-unavailable', `The audit log can't be opened: ${messageOf(error)}`, `Check the folder ${this.#folder}.`);
    });
    return this.#opening;
  }

  async show(): Promise<void> {
    await this.log();
    this.channel.show(true);
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    const log = await this.#opening?.catch(() => undefined);
    await log?.dispose();
    this.channel.dispose();
  }

  async #open(): Promise<AuditLog> {
    const [{ openAuditLog }, { formatAuditLine }, { lockFolder }] = await Promise.all([import('../audit/audit-log.js'), import('../audit/audit-line.js'), import('../audit/storage/folder-lock.js')]);
    const log = await openAuditLog({
      folder: this.#folder,
      key: await this.#key(lockFolder),
      windowId: randomBytes(6).toString('hex'),
      locateWasm: () => this.#wasm,
      secrets: () => this.secrets.known(),
      anchor: this.secrets.auditAnchor,
      onProblem: (problem) => this.#tell(problem),
    });
    this.channel.appendLine('# Live view of what happens in this window. “Axon: Export Audit Log as CSV” has everything.');
    log.onAppended((record) => this.channel.appendLine(formatAuditLine(record)));
    return log;
  }

  /** Made under the folder's lock: two windows at their very first start must not end up with a key each. */
  async #key(lockFolder: typeof LockFolder): Promise<Buffer> {
    const lock = await lockFolder(path.join(this.#folder, 'key.lock'), 10_000);
    try {
      return await this.secrets.auditKey();
    } finally {
      await lock?.release();
    }
  }

  #tell({ message, next, file }: AuditProblem): void {
    const line = [message, next].filter(Boolean).join(' ');
    this.channel.appendLine(`# ${line}${file ? ` (${file})` : ''}`);
    void vscode.window.showWarningMessage(`Axon audit log: ${line}`, 'Show Audit Log').then((chosen) => {
      if (chosen) this.channel.show(true);
    });
  }
}
