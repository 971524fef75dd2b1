import { HeldSecrets } from './held.js';
import { withoutShapes } from './without-shapes.js';

/** Every field of every event is asked about the same few secrets: what is made of them is kept until they change. */
let last: { readonly secrets: readonly string[]; readonly held: HeldSecrets } = { secrets: [], held: new HeldSecrets([]) };

/**
 * Takes secrets out of a text: first those we hold, however they are written, then whatever looks like one. What is put
 * in their place has no quote or backslash, so JSON text stays JSON text. Time grows with the text alone.
 */
export function redact(text: string, secrets: readonly string[]): string {
  if (text === '') return text;
  const same = secrets.length === last.secrets.length && secrets.every((each, index) => each === last.secrets[index]);
  if (!same) last = { secrets: [...secrets], held: new HeldSecrets(secrets) };
  return withoutShapes(last.held.strike(text));
}
