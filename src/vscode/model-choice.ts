import * as vscode from 'vscode';
import type { Disposable } from '../disposable.js';
import { Disposables, Emitter } from '../disposable.js';
import { messageOf } from '../errors.js';
import type { Model } from '../models/model.js';
import { modelOf } from './model-catalog.js';
import type { Secrets } from './secrets.js';
import { settings } from './settings.js';

/** The chosen model, kept in step with the setting and with what the editor has. */
export class ModelChoice implements Disposable {
  #model: Model | undefined;
  #problem: string | undefined;
  #latest = 0;
  readonly #changed = new Emitter<undefined>();
  readonly #disposables = new Disposables();

  constructor(private readonly secrets: Secrets) {
    this.#disposables.add(vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('axon.model') || event.affectsConfiguration('axon.models')) void this.refresh();
    }));
    // The editor's models arrive some time after its start.
    this.#disposables.add(vscode.lm.onDidChangeChatModels(() => {
      if (settings.model().startsWith('editor:')) void this.refresh();
    }));
  }

  /** Undefined while the chosen one can't be had; `problem` then says why. */
  get model(): Model | undefined {
    return this.#model;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  /** Never rejects. */
  async refresh(): Promise<void> {
    const turn = ++this.#latest;
    let model: Model | undefined;
    let problem: string | undefined;
    try {
      model = await modelOf(settings.model(), this.secrets);
    } catch (error) {
      problem = messageOf(error);
    }
    // A later choice may have been quicker.
    if (turn !== this.#latest) return;
    this.#model = model;
    this.#problem = problem;
    this.#changed.fire(undefined);
  }

  onChanged(listener: () => void): Disposable {
    return this.#changed.on(listener);
  }

  dispose(): void {
    this.#latest += 1;
    this.#disposables.dispose();
  }
}
