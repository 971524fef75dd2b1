import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../disposable.js';
import type { RuleLayer } from '../policy/rules/rule-layer.js';
import type { WorkspaceFolder } from '../ports/roots.js';
import { visibleLine } from '../visible.js';
import { seenBroken, seenReady, type SeenRules } from './policy-diff.js';
import type { PolicyChanges } from './policy-changes.js';
import type { PolicyDiagnostics } from './policy-diagnostics.js';
import { PolicyNotices } from './policy-notices.js';
import type { CheckedFile, PolicyRules } from './policy-rules.js';

export interface PolicyWatchParts {
  readonly rules: PolicyRules;
  readonly changes: PolicyChanges;
  readonly diagnostics: PolicyDiagnostics;
  readonly folders: () => readonly WorkspaceFolder[];
  /** What is wrong with the person's own list of commands; asked for when that changed. */
  readonly commandProblems: () => Promise<readonly { readonly index: number; readonly message: string }[]>;
  /** Where problems are written in full. */
  readonly channel: Pick<vscode.OutputChannel, 'appendLine'>;
}

/**
 * Looks at the rules when something may have changed them, records what did, and tells the person. Decisions don't wait
 * for it: they look for themselves, and what they find is recorded and told in the same way.
 */
export class PolicyWatch implements Disposable {
  readonly #disposables = new Disposables();
  readonly #notices = this.#disposables.add(new PolicyNotices());
  readonly #watchers = new Map<string, vscode.FileSystemWatcher>();
  /** Folders whose rules were looked at in this window. */
  readonly #met = new Set<string>();
  #toldUser = '';

  constructor(private readonly parts: PolicyWatchParts) {
    const { rules, changes } = parts;
    this.#disposables.add(rules.onFileChecked((checked) => this.#fileChecked(checked)));
    this.#disposables.add(rules.onUserChecked((layer) => this.#userChecked(layer)));
    this.#disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.#watchFolders()));
    this.#disposables.add(vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('axon')) return;
      changes.seeSettings();
      void rules.user();
      if (event.affectsConfiguration('axon.commands.allowed')) void this.#tellCommandProblems();
    }));
    this.#disposables.add({ dispose: () => {
      for (const each of this.#watchers.values()) each.dispose();
    } });
    changes.seeSettings();
    this.#watchFolders();
    void rules.user();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #watchFolders(): void {
    const folders = this.parts.folders();
    for (const [path, watcher] of this.#watchers) {
      if (folders.some((each) => each.path === path)) continue;
      watcher.dispose();
      this.#watchers.delete(path);
    }
    const look = (): void => void this.parts.rules.workspace();
    for (const { path } of folders) {
      if (this.#watchers.has(path)) continue;
      // The folder too: when it goes, nothing is said about the file in it.
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(path), '{.axon,.axon/policy.json}'));
      watcher.onDidCreate(look);
      watcher.onDidChange(look);
      watcher.onDidDelete(look);
      this.#watchers.set(path, watcher);
    }
    look();
  }

  #fileChecked(checked: CheckedFile): void {
    const { folder } = checked;
    this.parts.diagnostics.show(checked);
    const before = this.parts.changes.rulesOf(folder.path);
    const after = seenOf(checked, before);
    this.parts.changes.seeRules(folder, after);
    const isFirst = !this.#met.has(folder.path);
    this.#met.add(folder.path);
    if (checked.layer.state === 'broken') this.#write(checked.layer);
    this.#notices.see({ checked, before, after, isFirst });
  }

  #userChecked(layer: RuleLayer): void {
    if (layer.state === 'ready') {
      this.#toldUser = '';
      return;
    }
    const problem = this.#write(layer);
    if (problem === this.#toldUser) return;
    this.#toldUser = problem;
    const open = 'Open Settings';
    void vscode.window.showErrorMessage(`Axon: your rules (axon.policy.rules) can’t be used, so everything is refused. ${problem}`, open).then((chosen) => {
      if (chosen === open) void vscode.commands.executeCommand('workbench.action.openSettingsJson', { revealSetting: { key: 'axon.policy.rules' } });
    });
  }

  async #tellCommandProblems(): Promise<void> {
    const problems = await this.parts.commandProblems();
    for (const { index, message } of problems) this.parts.channel.appendLine(`# axon.commands.allowed, entry ${index + 1}: ${visibleLine(message)}`);
    const [first] = problems;
    if (first) void vscode.window.showWarningMessage(`Axon: entry ${first.index + 1} of axon.commands.allowed counts for nothing: ${visibleLine(first.message)}`);
  }

  /** Writes all problems to the channel and gives the first. */
  #write({ source, problems }: RuleLayer & { state: 'broken' }): string {
    const lines = problems.map((each) => visibleLine(each.message));
    for (const line of lines) this.parts.channel.appendLine(`# ${visibleLine(source)}: ${line}`);
    return lines[0] ?? '';
  }
}

function seenOf({ file, layer }: CheckedFile, before: SeenRules | undefined): SeenRules | undefined {
  if (layer.state === 'broken') return seenBroken(file.state === 'text' ? file.text : layer.problems.map((each) => each.message).join('\n'), before);
  return file.state === 'none' ? undefined : seenReady(layer.rules.map((each) => each.rule));
}
