import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';

/** What the extension showed while a test stood in for the person. */
export interface Shown {
  readonly messages: string[];
  readonly modals: { readonly message: string; readonly detail: string; readonly buttons: readonly string[] }[];
  readonly picks: readonly string[][];
}

export interface Answers {
  /** The button of each dialog, in order; undefined closes it. */
  readonly modals?: readonly (string | undefined)[];
  /** How long the person looks at a dialog; 600 ms unless told. */
  readonly milliseconds?: number;
  /** Part of the label of the row to choose, one a list. */
  readonly picks?: readonly string[];
  readonly inputs?: readonly string[];
}

/** Answers dialogs, lists and boxes as a person would; notifications are only noted. Gives what stands there, also while it is collected. */
export async function withAnswers(answers: Answers, act: (shown: Shown) => Promise<unknown>): Promise<Shown> {
  const window = vscode.window as unknown as Record<string, unknown>;
  const names = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage', 'showQuickPick', 'showInputBox'];
  const real = names.map((name) => window[name]);
  const shown = { messages: [] as string[], modals: [] as Shown['modals'][number][], picks: [] as string[][] };
  const [modals, picks, inputs] = [[...(answers.modals ?? [])], [...(answers.picks ?? [])], [...(answers.inputs ?? [])]];
  const message = async (text: string, ...rest: unknown[]): Promise<string | undefined> => {
    const [options] = rest;
    if (typeof options !== 'object' || options === null || !('modal' in options)) {
      shown.messages.push(text);
      return undefined;
    }
    shown.modals.push({ message: text, detail: String((options as { detail?: string }).detail), buttons: rest.slice(1) as string[] });
    await sleep(answers.milliseconds ?? 600);
    return modals.shift();
  };
  for (const name of names.slice(0, 3)) window[name] = message;
  window['showQuickPick'] = async (rows: readonly vscode.QuickPickItem[]) => {
    shown.picks.push(rows.map((row) => [row.label, row.description, row.detail].filter(Boolean).join(' | ')));
    const wanted = picks.shift();
    return wanted === undefined ? undefined : rows.find((row) => row.label.includes(wanted));
  };
  window['showInputBox'] = async () => inputs.shift();
  try {
    await act(shown);
  } finally {
    names.forEach((name, index) => (window[name] = real[index]));
  }
  return shown;
}
