import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../disposable.js';
import type { RuleChecker } from '../policy/rules/rule-checker.js';
import type { RuleLayer, RuleProblem } from '../policy/rules/rule-layer.js';
import type { WorkspaceFolder } from '../ports/roots.js';
import { visible } from '../visible.js';
import { policyFileName } from './policy-file.js';
import type { CheckedFile } from './policy-rules.js';

/** Milliseconds after the last key until what was typed is checked. */
const pause = 300;

export interface PolicyDiagnosticsParts {
  readonly folders: () => readonly WorkspaceFolder[];
  readonly checker: RuleChecker;
  /** Looks at the files on the disk again; what changed comes to `show`. */
  readonly look: () => Promise<unknown>;
}

/** Shows each problem of a `.axon/policy.json` at its line: of what stands on the disk, and of what is being typed. */
export class PolicyDiagnostics implements Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('axon-policy');
  readonly #pauses = new Map<string, NodeJS.Timeout>();
  /** What stands on the disk, by address. */
  readonly #onDisk = new Map<string, CheckedFile>();
  readonly #disposables = new Disposables();

  constructor(private readonly parts: PolicyDiagnosticsParts) {
    this.#disposables.add(this.#collection);
    this.#disposables.add(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#typed(document)));
    this.#disposables.add(vscode.workspace.onDidOpenTextDocument((document) => this.#typed(document)));
    this.#disposables.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#showDisk(uri)));
    this.#disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => removed.forEach(({ uri }) => this.#collection.delete(policyUri({ path: uri.fsPath })))));
    this.#disposables.add({ dispose: () => this.#pauses.forEach((timer) => clearTimeout(timer)) });
  }

  /** The file on the disk was found to be another. While it is open with changes, those are what is shown. */
  show(checked: CheckedFile): void {
    const { folder, file, layer } = checked;
    const uri = policyUri(folder);
    this.#onDisk.set(uri.toString(), checked);
    if (openDocument(uri)?.isDirty) return;
    this.#set(uri, layer, file.state === 'text' ? file.text : '');
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #typed(document: vscode.TextDocument): void {
    const folder = this.parts.folders().find((each) => policyUri(each).toString() === document.uri.toString());
    if (!folder) return;
    const key = document.uri.toString();
    clearTimeout(this.#pauses.get(key));
    this.#pauses.set(key, setTimeout(() => void this.#checkTyped(document, folder), pause));
  }

  /** What was typed is saved or gone: the disk counts. */
  #showDisk(uri: vscode.Uri): void {
    const onDisk = this.#onDisk.get(uri.toString());
    if (onDisk) this.show(onDisk);
  }

  async #checkTyped(document: vscode.TextDocument, folder: WorkspaceFolder): Promise<void> {
    this.#pauses.delete(document.uri.toString());
    if (!document.isDirty) {
      // Saved or given up. After giving up, the editor may go on holding the text that nobody kept.
      await this.parts.look();
      this.#showDisk(document.uri);
      return;
    }
    const { version } = document;
    const text = document.getText();
    const layer = await this.parts.checker.file(text, '.axon/policy.json', folder.path);
    if (!document.isClosed && document.version === version) this.#set(document.uri, layer, text);
  }

  #set(uri: vscode.Uri, layer: RuleLayer, text: string): void {
    this.#collection.set(uri, layer.state === 'broken' ? layer.problems.map((problem) => diagnosticOf(problem, text)) : undefined);
  }
}

export function policyUri(folder: Pick<WorkspaceFolder, 'path'>): vscode.Uri {
  return vscode.Uri.joinPath(vscode.Uri.file(folder.path), ...policyFileName.split(/[\\/]/));
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
}

function diagnosticOf(problem: RuleProblem, text: string): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(rangeOf(problem, text), `${visible(problem.message)} Until it is mended, everything is refused.`, vscode.DiagnosticSeverity.Error);
  diagnostic.source = 'Axon';
  return diagnostic;
}

/** Where a problem stands in the text; at its beginning when it is about the whole. */
export function rangeOf({ offset = 0, length = 1 }: RuleProblem, text: string): vscode.Range {
  return new vscode.Range(placeOf(text, offset), placeOf(text, offset + length));
}

function placeOf(text: string, offset: number): vscode.Position {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return new vscode.Position(before.length - 1, before.at(-1)?.length ?? 0);
}
