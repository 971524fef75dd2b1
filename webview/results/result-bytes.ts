import type { ToPage } from '../../src/protocol/chat.js';
import { post } from '../host.js';

export type ResultAnswer = Extract<ToPage, { type: 'result' }>;

const waiting = new Map<string, ((answer: ResultAnswer) => void)[]>();
const keyOf = ({ id, name }: { readonly id: string; readonly name: string }): string => JSON.stringify([id, name]);

/** Asks the host for the bytes of a result of the call `id`. Whoever else waits for the same gets the same answer. */
export function askForResult(id: string, name: string): Promise<ResultAnswer> {
  return new Promise((answered) => {
    const key = keyOf({ id, name });
    waiting.set(key, [...(waiting.get(key) ?? []), answered]);
    post({ type: 'get-result', id, name });
  });
}

/** Hands an answer to those who asked; one that nobody asked for is dropped. */
export function receiveResult(answer: ResultAnswer): void {
  const key = keyOf(answer);
  const asked = waiting.get(key) ?? [];
  waiting.delete(key);
  for (const answered of asked) answered(answer);
}
