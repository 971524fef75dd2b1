/**
 * After any answer to an approval, and whenever its buttons come on the screen, all approval buttons are dead for this
 * long, in milliseconds: a double click, or a click meant for what stood there before, answers nothing.
 */
export const quietTime = 600;

let quietUntil = 0;
const listeners = new Set<() => void>();

/** Makes every approval's buttons dead for `quietTime`, from this very moment. */
export function quieten(): void {
  quietUntil = performance.now() + quietTime;
  for (const listener of listeners) listener();
}

/** True right after an answer, even before anything was drawn anew. */
export function isQuiet(): boolean {
  return performance.now() < quietUntil;
}

export function onQuiet(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
