import * as vscode from 'vscode';
import type { Disposable } from '../disposable.js';
import { messageOf } from '../errors.js';
import type { WorkspaceFolder } from '../ports/roots.js';
import { visibleLine } from '../visible.js';
import { policyUri, rangeOf } from './policy-diagnostics.js';
import { diffRules, type RulesChange, type SeenRules } from './policy-diff.js';
import type { CheckedFile } from './policy-rules.js';

/** Milliseconds after the last change of a file in sight: an editor that saves by itself saves what is half typed. */
const pause = 2_000;
/** Milliseconds after which the person is told, even if the file goes on changing. */
const longest = 20_000;

export interface SeenFile {
  readonly checked: CheckedFile;
  /** What was known of the folder's rules before. */
  readonly before: SeenRules | undefined;
  readonly after: SeenRules | undefined;
  /** Looked at for the first time in this window. */
  readonly isFirst: boolean;
}

interface Waiting {
  readonly file: SeenFile;
  readonly since: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Tells the person what became of the rules of a workspace: at once, or after a pause while the file is in sight, since
 * then somebody is likely typing there, and the mark at the line says the same. What counts doesn't wait for it.
 */
export class PolicyNotices implements Disposable {
  readonly #waiting = new Map<string, Waiting>();
  /** Folders whose rules the person knows to be broken. */
  readonly #broken = new Set<string>();

  see(seen: SeenFile): void {
    const { folder } = seen.checked;
    const waiting = this.#waiting.get(folder.path);
    clearTimeout(waiting?.timer);
    this.#waiting.delete(folder.path);
    const file = waiting ? { ...seen, before: waiting.file.before, isFirst: waiting.file.isFirst } : seen;
    const since = waiting?.since ?? Date.now();
    if (!isInSight(folder)) this.#tell(file);
    else this.#waiting.set(folder.path, { file, since, timer: setTimeout(() => this.#tell(file), Math.max(0, Math.min(pause, since + longest - Date.now()))) });
  }

  dispose(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  #tell({ checked, before, after, isFirst }: SeenFile): void {
    const { folder, source, file, layer } = checked;
    this.#waiting.delete(folder.path);
    if (layer.state === 'broken') {
      const known = this.#broken.has(folder.path);
      this.#broken.add(folder.path);
      if (known && isInSight(folder)) return;
      const [problem] = layer.problems;
      const text = `${visibleLine(source)} can't be used, so everything is refused. ${visibleLine(problem?.message ?? '')}`;
      // What is no plain file is not opened: it could be a link to anywhere.
      const offer = file.state === 'text' ? { label: 'Show the Problem', act: () => openRules(folder, problem && rangeOf(problem, file.text)) } : undefined;
      tell(vscode.window.showErrorMessage, text, offer);
      return;
    }
    const mended = this.#broken.delete(folder.path);
    const change = diffRules(before, after);
    // At the start only what is looser than it was: rules that came with the folder are no news.
    if (mended || (change && (!isFirst || change.loosens))) {
      const show = change?.loosens === true ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
      tell(show, changeText(visibleLine(source), change, mended), after && { label: 'Open the File', act: () => openRules(folder) });
    }
  }
}

/** `.axon/policy.json has changed: 2 rules added, 1 removed.` */
function changeText(source: string, change: RulesChange | undefined, mended: boolean): string {
  const { state, added = [], removed = [], changed = [], loosens = false } = change ?? {};
  const counts = ([[added, 'added'], [removed, 'removed'], [changed, 'changed']] as const).filter(([ids]) => ids.length > 0);
  const words = counts.map(([{ length }, word], index) => `${length} ${index > 0 ? '' : length === 1 ? 'rule ' : 'rules '}${word}`).join(', ');
  const what = state === 'none' ? 'is gone, and its rules with it' : mended ? `can be used again${words && `: ${words}`}` : `has changed: ${words || 'the same rules in another order'}`;
  return `${source} ${what}.${loosens ? ' This can loosen what was asked or refused.' : ''}`;
}

type Show = (text: string, ...offers: string[]) => Thenable<string | undefined>;

/** With an offer, the editor shows the text in full; without one it cuts it to a line. */
function tell(show: Show, text: string, offer: { readonly label: string; readonly act: () => Promise<void> } | undefined): void {
  void show(`Axon: ${text}`, ...(offer ? [offer.label] : [])).then((chosen) => (offer && chosen === offer.label ? offer.act() : undefined));
}

function isInSight(folder: WorkspaceFolder): boolean {
  const uri = policyUri(folder).toString();
  return vscode.window.visibleTextEditors.some(({ document }) => document.uri.toString() === uri);
}

async function openRules(folder: WorkspaceFolder, selection?: vscode.Range): Promise<void> {
  try {
    await vscode.window.showTextDocument(policyUri(folder), selection ? { selection } : {});
  } catch (error) {
    void vscode.window.showErrorMessage(`Axon: ${messageOf(error)}`);
  }
}
