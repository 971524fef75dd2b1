import * as vscode from 'vscode';
import type { Sandbox } from '../ports/sandbox.js';

/**
 * The sandbox of the settings as they are: made when first used, and made anew after they changed. What runs in the one
 * before is stopped then: it may be on an engine that the person just turned away from.
 */
export class CurrentSandbox {
  #current: Promise<Sandbox> | undefined;
  readonly #ending = new Set<Promise<void>>();
  readonly #listening: vscode.Disposable;

  constructor(private readonly make: () => Promise<Sandbox>) {
    this.#listening = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('axon.sandbox')) this.#drop();
    });
  }

  /** Rejects as the making does; the next call tries again. */
  get(): Promise<Sandbox> {
    const current = (this.#current ??= this.make());
    current.catch(() => {
      if (this.#current === current) this.#current = undefined;
    });
    return current;
  }

  /** Resolves when nothing of any of them is left. */
  async dispose(): Promise<void> {
    this.#listening.dispose();
    this.#drop();
    await Promise.all(this.#ending);
  }

  #drop(): void {
    const ended = this.#current?.then(async (sandbox) => sandbox.dispose(), () => undefined);
    this.#current = undefined;
    if (!ended) return;
    this.#ending.add(ended);
    void ended.finally(() => this.#ending.delete(ended));
  }
}
