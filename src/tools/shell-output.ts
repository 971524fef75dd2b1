import { count } from './file-output.js';

/** Characters of a command's output that the model gets. */
export const shellBudget = 30_000;

export interface LineSelection {
  /** Keep the lines that hold this text. Applied first. */
  readonly match?: string | undefined;
  /** Keep this many lines from the start. */
  readonly head?: number | undefined;
  /** Keep this many lines from the end; with `head` both ends are kept. */
  readonly tail?: number | undefined;
}

export interface SelectedOutput {
  readonly text: string;
  /** What was left out, one sentence each; empty when nothing was. */
  readonly notes: readonly string[];
}

/** What `grep`, `head` and `tail` behind a pipe would do, and then the budget: the start and, twice as much, the end. */
export function selectOutput(output: string, selection: LineSelection, budget = shellBudget): SelectedOutput {
  const lines = plainLines(output);
  const notes: string[] = [];
  const { match } = selection;
  const matching = match === undefined ? lines : lines.filter((line) => line.includes(match));
  if (match !== undefined) notes.push(`${count(matching.length, 'line')} of ${lines.length} hold the text of match`);
  const kept = ends(matching, selection);
  if (kept.length < matching.length) notes.push(`${count(matching.length - kept.length, 'line')} left out by head and tail`);
  const text = kept.join('\n');
  if (text.length <= budget) return { text, notes };
  const start = Math.floor(budget / 3);
  const cut = text.length - budget;
  notes.push(`${count(cut, 'character')} cut from the middle; use match, head or tail to see others`);
  return { text: `${text.slice(0, start)}\n[… cut …]\n${text.slice(start + cut)}`, notes };
}

function ends(lines: readonly string[], { head, tail }: LineSelection): readonly string[] {
  if (head === undefined && tail === undefined) return lines;
  if ((head ?? 0) + (tail ?? 0) >= lines.length) return lines;
  return [...lines.slice(0, head ?? 0), ...(tail === undefined || tail === 0 ? [] : lines.slice(-tail))];
}

/** Lines without colours and cursor movement (CSI and OSC of ECMA-48); a line that was drawn over counts as last drawn. */
function plainLines(output: string): readonly string[] {
  const plain = output.replaceAll(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])/g, '');
  const lines = plain.split('\n').map((line) => {
    const parts = line.replace(/\r+$/, '').split('\r');
    return parts.at(-1) ?? '';
  });
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
