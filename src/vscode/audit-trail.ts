import { randomBytes } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AuditLog } from '../audit/audit-log.js';
import type { AuditEvent, AuditWriter } from '../audit/event.js';
import type { lockFolder as LockFolder } from '../audit/storage/folder-lock.js';
import type { AuditProblem } from '../audit/problem.js';
import { AxonError, messageOf } from '../errors.js';
import { AuditCheck } from './audit-check.js';
import { AuditExportFolder } from './audit-export-folder.js';
import { auditRetention } from './audit-retention.js';
import type { Secrets } from './secrets.js';

const toldLogs = 'axon.auditLogsTold';

/**
 * This window's audit log: opened when first written to or looked at, shown live in the output channel. When it can't be
 * opened, every append fails, so nothing runs; the next append tries again.
 */
export class AuditTrail implements AuditWriter {
  readonly channel = vscode.window.createOutputChannel('Axon Audit', 'log');
  /** The check of all of it, for whoever asks for it or shows it. */
  readonly check = new AuditCheck(Date.now);
  readonly exportFolder: AuditExportFolder;
  readonly #folder: string;
  readonly #wasm: string;
  readonly #state: vscode.Memento;
  #opening: Promise<AuditLog> | undefined;
  #disposed = false;

  constructor(
    context: vscode.ExtensionContext,
    private readonly secrets: Secrets,
  ) {
    this.#state = context.globalState;
    this.exportFolder = new AuditExportFolder(context.globalState);
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
    const [{ openAuditLog }, { formatAuditLine }, { lockFolder }, { keyIdOf, layoutOf, logFolderOf }] = await Promise.all([
      import('../audit/audit-log.js'), import('../audit/audit-line.js'), import('../audit/storage/folder-lock.js'), import('../audit/storage/layout.js'),
    ]);
    const key = await this.#key(lockFolder);
    const log = await openAuditLog({
      folder: this.#folder,
      key,
      windowId: randomBytes(6).toString('hex'),
      locateWasm: () => this.#wasm,
      secrets: () => this.secrets.known(),
      anchor: this.secrets.auditAnchor(keyIdOf(key)),
      onProblem: (problem) => this.tell(problem),
      retention: auditRetention({ layout: layoutOf(logFolderOf(this.#folder, key)), key }),
    });
    this.channel.appendLine('# Live view of what happens in this window. “Axon: Open Audit Log” has everything.');
    log.onAppended((record) => this.channel.appendLine(formatAuditLine(record)));
    void this.#tellOfOthers(log);
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

  /** Once for each: where a profile is used from two browsers, the other's log is there to stay. */
  async #tellOfOthers(log: AuditLog): Promise<void> {
    try {
      const told = this.#state.get<readonly string[]>(toldLogs, []);
      const news = (await log.others()).filter((each) => !told.includes(each));
      if (news.length === 0) return;
      await this.#state.update(toldLogs, [...told, ...news]);
      this.tell({
        kind: 'other-log',
        message: `Beside this audit log lies another that was written with another key (${news.join(', ')}): from another browser, or from before the editor's secrets were lost. It is left as it is and can't be checked here.`,
        next: 'Check it where its key is.',
      });
    } catch (error) {
      this.channel.appendLine(`# Whether other audit logs lie beside this one can't be told: ${messageOf(error)}`);
    }
  }

  /** Tells the person of a problem with the log, in the channel and as a warning. */
  tell({ message, next, file }: AuditProblem): void {
    const line = [message, next].filter(Boolean).join(' ');
    this.channel.appendLine(`# ${line}${file ? ` (${file})` : ''}`);
    void vscode.window.showWarningMessage(`Axon audit log: ${line}`, 'Show Audit Log').then((chosen) => {
      if (chosen) this.channel.show(true);
    });
  }
}
