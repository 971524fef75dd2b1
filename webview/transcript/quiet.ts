/**
 * After any answer to an approval, and whenever its buttons come on the screen, all approval buttons are dead for this
 * long, in milliseconds: a double click, or a click meant for what stood there before, answers nothing.
 */
export const quietTime = 600;

const listeners = new Set<() => void>();

/** Makes every approval's buttons dead for `quietTime`. */
export function quieten(): void {
  for (const listener of listeners) listener();
}

export function onQuiet(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
