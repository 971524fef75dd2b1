import { shapes } from './shapes.js';
import { Triples } from './triples.js';

const signs = new Triples();
const signless: number[] = [];
for (const [number, { signs: texts }] of shapes.entries()) {
  if (texts.length === 0) signless.push(number);
  for (const text of texts) signs.add(text.slice(0, 3).toLowerCase(), number);
}

/** The text without whatever looks like a secret. What is put in its place has no quote or backslash. */
export function withoutShapes(text: string): string {
  let clean = text;
  for (const number of possible(text)) {
    const shape = shapes[number];
    if (shape) clean = clean.replaceAll(shape.pattern, (_match, kept: unknown) => `${typeof kept === 'string' ? kept : ''}[redacted:${shape.name}]`);
  }
  return clean;
}

/** The numbers of the shapes that may stand in the text, in their order. Most texts hold no sign of any. */
function possible(text: string): readonly number[] {
  let found: Set<number> | undefined;
  let [first, second] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const third = lower(text.charCodeAt(at));
    if (signs.has(first, second, third)) {
      found ??= new Set(signless);
      for (const number of signs.at(first, second, third)) found.add(number);
    }
    first = second;
    second = third;
  }
  return found ? [...found].sort((a, b) => a - b) : signless;
}

/** Of an ASCII letter; patterns that ignore case know no other letters. */
function lower(unit: number): number {
  return unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit;
}
