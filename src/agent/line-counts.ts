/** Cells of the table that is filled at most; above, what lies between the common ends counts as changed. */
const mostCells = 1_000_000;

/** Lines that a change adds and removes, for the head of its card. `before` is undefined for a new file. */
export function lineCounts(before: string | undefined, after: string): { added: number; removed: number } {
  const a = linesOf(before ?? '');
  const b = linesOf(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const removed = endA - start;
  const added = endB - start;
  const same = removed * added > mostCells ? 0 : longestCommon(a.slice(start, endA), b.slice(start, endB));
  return { added: added - same, removed: removed - same };
}

function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split(/\r\n|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Length of the longest common subsequence, one row of the table at a time. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let above = new Uint32Array(b.length + 1);
  for (const line of a) {
    const row = new Uint32Array(b.length + 1);
    b.forEach((other, at) => {
      row[at + 1] = line === other ? (above[at] ?? 0) + 1 : Math.max(above[at + 1] ?? 0, row[at] ?? 0);
    });
    above = row;
  }
  return above[b.length] ?? 0;
}
