/** Characters of a result that the model gets. */
export const outputBudget = 40_000;

export interface Fitted {
  readonly text: string;
  /** Whole lines that fit. */
  readonly shown: number;
  /** Characters of a first line that alone is too long. */
  readonly cutInLine: number;
}

/** As many whole lines as fit the budget, and of a first line that alone is longer, its beginning. */
export function fitLines(lines: readonly string[], budget = outputBudget): Fitted {
  let length = 0;
  let shown = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > budget + 1) break;
    shown++;
  }
  const [first] = lines;
  if (shown === 0 && first !== undefined) {
    // Not through the middle of a surrogate pair.
    const text = first.slice(0, budget).replace(/[\ud800-\udbff]$/, '');
    return { text, shown: 1, cutInLine: first.length - text.length };
  }
  return { text: lines.slice(0, shown).join('\n'), shown, cutInLine: 0 };
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
