import * as vscode from 'vscode';
import type { RefusedCommand } from '../agent/refused-command.js';
import type { AuditRecord } from '../audit/record.js';
import type { CommandGuard } from '../policy/command/command-guard.js';
import { mayBeAllowed } from '../policy/command/narrowest-entry.js';
import { quoteWords } from '../policy/command/quote-words.js';
import { isRefusal } from '../policy/command/refusal.js';
import { exactLine, exactText, exactTitle } from '../protocol/exact-text.js';
import { pickText } from './approval-text.js';
import type { PolicyChanges } from './policy-changes.js';
import { wholeArguments } from './policy-explain.js';

export interface AllowHereParts {
  readonly guard: () => Promise<Pick<CommandGuard, 'narrowestEntry'>>;
  readonly changes: Pick<PolicyChanges, 'announceSetting' | 'seeSettings'>;
  /** What the log holds of refused commands of this session, newest first. */
  readonly refused: () => Promise<readonly AuditRecord[]>;
}

/** No answer that allows is taken before: a click or a key may have been meant for what was there a moment ago. */
const answerableAfter = 500;

/**
 * Puts a refused command on the person's own list, in its narrowest form: exactly these words in exactly this folder, asked
 * about each time. Only the person's answer in the dialog does it. True when it was added.
 */
export async function allowCommandHere(parts: AllowHereParts, refused: RefusedCommand): Promise<boolean> {
  const found = await (await parts.guard()).narrowestEntry(refused);
  if (isRefusal(found)) {
    void vscode.window.showWarningMessage(`Axon: ${exactTitle(refused.command, 200)} is not put on your list. ${exactLine(`${found.reason} ${found.next}`)}`);
    return false;
  }
  const { entry } = found;
  const list = currentList();
  if (list === undefined) {
    const chosen = await vscode.window.showErrorMessage('Axon: the setting axon.commands.allowed is no list. Correct it first.', 'Open Settings');
    if (chosen) await editAllowedCommands();
    return false;
  }
  const detail = [
    exactText(quoteWords(entry.words)),
    `in ${exactLine(entry.in ?? '')}`,
    'Exactly these words in exactly this folder. It is not run now, and it will ask each time, as high risk: Axon does not know this command, and what it does is for you to judge.',
    'The entry goes to your own settings (axon.commands.allowed), where you can take it out again.',
  ].join('\n\n');
  const [byHand, allow] = ['Edit the List', 'Allow Here'];
  const shown = Date.now();
  // The first button has the focus: it must not be the one that allows.
  const chosen = await vscode.window.showWarningMessage('Let the agent ask for this command here?', { modal: true, detail }, byHand, allow);
  if (chosen === byHand) await editAllowedCommands();
  if (chosen !== allow) return false;
  if (Date.now() - shown < answerableAfter) {
    void vscode.window.showInformationMessage('Axon: the question had just appeared, so the answer was not taken. Please answer again.');
    return false;
  }
  // Read anew: another window may have changed the list while the dialog was open, and took an entry out for a reason.
  await write(parts, [...(currentList() ?? list), entry]);
  void vscode.window.showInformationMessage(`Axon: ${exactTitle(quoteWords(entry.words), 200)} is on your list for this folder. It asks each time.`, 'Edit the List').then((picked) => {
    if (picked) void editAllowedCommands();
  });
  return true;
}

/** Recorded first; what can't be recorded is not written. */
async function write({ changes }: AllowHereParts, list: readonly unknown[]): Promise<void> {
  await changes.announceSetting('axon.commands.allowed', list);
  try {
    await vscode.workspace.getConfiguration('axon').update('commands.allowed', list, vscode.ConfigurationTarget.Global);
  } finally {
    // A write that failed is seen as the setting gone back.
    changes.seeSettings();
  }
}

/** The user's own list as it is, whatever its entries are; undefined when it is none. */
function currentList(): readonly unknown[] | undefined {
  const value: unknown = vscode.workspace.getConfiguration('axon').inspect('commands.allowed')?.globalValue ?? [];
  return Array.isArray(value) ? value : undefined;
}

/** From the palette: the commands of this session that were refused for no other reason than that they are on no list. */
export async function pickRefusedCommand(parts: AllowHereParts): Promise<void> {
  const rows = new Map<string, vscode.QuickPickItem & { readonly refused: RefusedCommand }>();
  for (const record of await parts.refused()) {
    const refused = record.rule !== undefined && mayBeAllowed(record.rule) ? refusedIn(record) : undefined;
    const key = JSON.stringify(refused);
    if (!refused || rows.has(key)) continue;
    rows.set(key, { label: pickText(refused.command), description: pickText(refused.cwd ?? ''), detail: pickText(record.reason ?? ''), refused });
  }
  if (rows.size === 0) {
    void vscode.window.showInformationMessage('Axon: this session holds no command that was refused and could be put on your list.');
    return;
  }
  const picked = await vscode.window.showQuickPick([...rows.values()], { title: 'Axon: allow a command here', placeHolder: 'Choose a refused command; a dialog shows what would be allowed' });
  if (picked) await allowCommandHere(parts, picked.refused);
}

function refusedIn(record: AuditRecord): RefusedCommand | undefined {
  const args = wholeArguments(record);
  if (args === undefined) return undefined;
  const { command, cwd } = JSON.parse(args) as { command?: unknown; cwd?: unknown };
  return typeof command === 'string' ? { command, ...(typeof cwd === 'string' && { cwd }) } : undefined;
}

export async function editAllowedCommands(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettingsJson', { revealSetting: { key: 'axon.commands.allowed', edit: true } });
}
