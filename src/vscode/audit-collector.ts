import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Collector } from '../audit/collector/collector.js';
import type { Trouble } from '../audit/collector/cursor.js';
import { parseEndpoint, type CollectorEndpoint } from '../audit/collector/endpoint.js';
import { headersFor } from '../audit/collector/headers.js';
import { Disposables } from '../disposable.js';
import { AxonError, messageOf } from '../errors.js';
import type { AuditTrail } from './audit-trail.js';
import type { Secrets } from './secrets.js';
import { settings } from './settings.js';

export interface AuditCollectorParts {
  readonly context: Pick<vscode.ExtensionContext, 'globalState' | 'extension'>;
  readonly audit: AuditTrail;
  readonly secrets: Secrets;
}

/** Before a window that just opened sends anything: its start is not the moment for it. */
const startDelay = 3_000;
const day = 24 * 60 * 60 * 1000;
/** Between two warnings of a trouble. */
const quiet = 10 * 60 * 1000;

/** Sends the audit log to the collector that the person's settings name, if any. Nothing is loaded without one. */
export class AuditCollector implements vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #stop = new AbortController();
  /** Starts and stops follow each other. */
  #work: Promise<void>;
  #collector: Collector | undefined;
  #listening = new Disposables();
  #told = '';
  /** When the person was last warned of a trouble. */
  #warnedAt = -Infinity;

  constructor(private readonly parts: AuditCollectorParts) {
    this.#work = this.#later(() => this.#restart());
    this.#disposables.add(vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('axon.audit.collector')) this.#work = this.#work.then(() => this.#restart());
    }));
    this.#disposables.add(parts.secrets.onCollectorHeaders(() => this.#collector?.retry()));
  }

  /** What the settings name. Throws `AxonError` that says what is wrong with it. */
  endpoint(): CollectorEndpoint | undefined {
    return parseEndpoint(settings.auditCollector().endpoint);
  }

  /** The one at work; `undefined` without an address that can be used. Waits for a start that is on its way. */
  async current(): Promise<Collector | undefined> {
    await this.#work;
    return this.#collector;
  }

  dispose(): void {
    this.#stop.abort();
    this.#disposables.dispose();
    this.#collector?.dispose();
  }

  /** After `dispose`: resolves when nothing is written any more. */
  async ended(): Promise<void> {
    await this.#work;
    await this.#collector?.ended();
    this.#listening.dispose();
  }

  async #later(work: () => Promise<void>): Promise<void> {
    if (settings.auditCollector().endpoint === '') return;
    await delay(startDelay, undefined, { ref: false, signal: this.#stop.signal }).catch(() => undefined);
    await work();
  }

  async #restart(): Promise<void> {
    try {
      await this.#end();
      this.#warnedAt = -Infinity;
      const endpoint = this.endpoint();
      if (endpoint && !this.#stop.signal.aborted) await this.#begin(endpoint);
    } catch (error) {
      const next = error instanceof AxonError ? error.next : '';
      this.#tell(vscode.window.showErrorMessage, `the audit log is not sent to a collector. ${messageOf(error)} ${next}`.trim(), openSettings);
    }
  }

  async #begin(endpoint: CollectorEndpoint): Promise<void> {
    const { audit, secrets, context } = this.parts;
    const [{ Collector }, { furtherAttributes }, log] = await Promise.all([import('../audit/collector/collector.js'), import('../audit/collector/otlp.js'), audit.log()]);
    const held = await secrets.collectorHeaders();
    if (held && held.origin !== endpoint.origin) {
      this.#tell(vscode.window.showWarningMessage, `the headers for the audit collector were entered for ${held.origin} and are not sent to ${endpoint.origin}. Enter them again if they are meant for it.`, setHeader);
    }
    if (this.#stop.signal.aborted) return;
    const version = (context.extension.packageJSON as { readonly version: string }).version;
    const collector = new Collector({
      files: log.files,
      audit: log,
      endpoint,
      headers: async () => headersFor(await secrets.collectorHeaders(), endpoint.origin),
      resource: { version, installation: await this.#installation(), further: furtherAttributes(settings.auditCollector().resource) },
      // Looked up at each call: the editor replaces it with one that knows the company's proxy and certificates.
      fetch: (url, init) => globalThis.fetch(url, init),
      onProblem: (problem) => audit.tell(problem),
      onBegin: ({ url }) => this.#tell(vscode.window.showInformationMessage, `the audit log is sent to the collector at ${url} from now on, what it holds already included.`, showStatus),
    });
    this.#collector = collector;
    this.#listening.add(log.onAppended(() => collector.nudge()));
    this.#listening.add(collector.onTrouble((trouble) => this.#onTrouble(endpoint, trouble)));
  }

  async #end(): Promise<void> {
    this.#listening.dispose();
    this.#listening = new Disposables();
    const collector = this.#collector;
    this.#collector = undefined;
    collector?.dispose();
    await collector?.ended();
  }

  /** A network that is away for an hour is no news; what only a person can mend is, and a collector that is away for a day. */
  #onTrouble({ origin }: CollectorEndpoint, trouble: Trouble | undefined): void {
    if (!trouble) {
      this.parts.audit.channel.appendLine(`# The audit collector at ${origin} takes the log again.`);
      this.#told = '';
      return;
    }
    const text = `the audit collector at ${origin} doesn’t take the log. ${trouble.message}. ${trouble.next}`;
    const isNews = trouble.needsPerson || Date.now() - trouble.at > day;
    // A collector that changes its mind with every message must not fill the screen.
    if (isNews && performance.now() - this.#warnedAt > quiet) {
      this.#warnedAt = performance.now();
      this.#tell(vscode.window.showWarningMessage, text, showStatus);
    } else this.parts.audit.channel.appendLine(`# Axon: ${text}`);
  }

  /** The same is told once, until it is over. */
  #tell(show: (text: string, ...offers: string[]) => Thenable<string | undefined>, text: string, offer: Offer): void {
    this.parts.audit.channel.appendLine(`# Axon: ${text}`);
    if (text === this.#told) return;
    this.#told = text;
    void show(`Axon: ${text}`, offer.label).then((chosen) => (chosen === offer.label ? vscode.commands.executeCommand(offer.command, ...offer.given) : undefined));
  }

  /** Random, made once; it says that two messages come from the same installation, and nothing else. */
  async #installation(): Promise<string> {
    const { globalState } = this.parts.context;
    const held = globalState.get<string>('axon.installation');
    if (held !== undefined) return held;
    const made = randomBytes(16).toString('hex');
    await globalState.update('axon.installation', made);
    return made;
  }
}

interface Offer {
  readonly label: string;
  readonly command: string;
  readonly given: readonly unknown[];
}

const openSettings: Offer = { label: 'Open Settings', command: 'workbench.action.openSettings', given: ['axon.audit.collector'] };
const showStatus: Offer = { label: 'Show Status', command: 'axon.auditCollectorStatus', given: [] };
const setHeader: Offer = { label: 'Set Header…', command: 'axon.setAuditCollectorHeader', given: [] };
