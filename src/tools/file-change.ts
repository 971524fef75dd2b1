import { AxonError } from '../errors.js';
import type { FileChange, Files } from '../ports/files.js';
import { count } from './file-output.js';
import type { Preview, ToolResult } from './tool.js';

/** Makes exactly the change that was shown. Without one nothing was approved, so nothing is written. */
export async function applyShown(preview: Preview | undefined, files: Files): Promise<ToolResult> {
  if (preview?.kind !== 'change') throw new AxonError('stale', 'There is no worked-out change, so nothing was written.', 'Call the tool again.');
  await files.apply(preview.change);
  const summary = summaryOf(preview.change);
  return { text: `${preview.change.before === undefined ? 'Created' : 'Changed'} ${preview.change.path}: ${summary}.`, summary };
}

/** Lines that came and went, told by what is the same at the beginning and at the end. */
export function summaryOf({ before, after }: FileChange): string {
  const now = linesOf(after);
  if (before === undefined) return `new file, ${count(now.length, 'line')}`;
  const old = linesOf(before);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  return `+${now.length - start - end} −${old.length - start - end} lines`;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
