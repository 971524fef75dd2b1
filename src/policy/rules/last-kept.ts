/** The function, with its last two answers kept: one name, and its folded spelling, are asked of all rules in turn. */
export function lastKept<T>(answer: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly answer: T } | undefined;
  let before: typeof last;
  return (text) => {
    if (last?.text === text) return last.answer;
    const known = before?.text === text ? before : { text, answer: answer(text) };
    before = last;
    last = known;
    return known.answer;
  };
}
