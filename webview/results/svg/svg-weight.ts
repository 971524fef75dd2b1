import { PictureProblem } from '../picture-problem.js';
import type { SafeElement } from './safe-element.js';
import { targetOf } from './svg-names.js';
import { pointedAt } from './svg-style.js';

/** Elements that are drawn when everything that points at a part of the picture has it in its place. */
export const mostDrawn = 50_000;
/** A part that is pointed at may point at another one, which may point at none: so there are no circles. */
const mostSteps = 2;

/** Throws `PictureProblem` when a small picture would unfold to a large one ("billion laughs", CVE-2003-1564), or never end. */
export function checkWeight(root: SafeElement): void {
  const parts = new Map<string, SafeElement>();
  eachIn(root, (element) => {
    const id = element.attributes.get('id');
    if (id !== undefined) parts.set(id, element);
  });
  const used = new Set<SafeElement | undefined>();
  eachIn(root, (element) => {
    if (element.name === 'use') used.add(partOf(element, parts));
  });
  eachIn(root, (element) => {
    if (used.has(element)) refuseUses(element);
  });
  weigh(root, parts, new Map(), mostSteps);
}

/** Stops at the first; so parts within parts are looked through at most as often as they are deep. */
function refuseUses(part: SafeElement): void {
  eachIn(part, ({ name }) => refuseIf(name === 'use', 'A part that it repeats repeats others itself.'));
}

function weigh(element: SafeElement, parts: ReadonlyMap<string, SafeElement>, known: Map<string, number>, steps: number): number {
  let sum = 0;
  eachIn(element, (each) => {
    sum += 1;
    for (const id of targetsOf(each)) {
      const part = parts.get(id);
      if (!part) continue;
      refuseIf(steps === 0, 'Its parts point at each other too often.');
      const key = `${steps} ${id}`;
      const weight = known.get(key) ?? weigh(part, parts, known, steps - 1);
      known.set(key, weight);
      sum += weight;
    }
    refuseIf(sum > mostDrawn, `It unfolds to more than ${mostDrawn.toLocaleString('en')} elements.`);
  });
  return sum;
}

function partOf({ attributes }: SafeElement, parts: ReadonlyMap<string, SafeElement>): SafeElement | undefined {
  const id = targetOf(attributes.get('href') ?? '');
  return id === undefined ? undefined : parts.get(id);
}

function targetsOf({ attributes, style }: SafeElement): string[] {
  const targets = [targetOf(attributes.get('href') ?? ''), ...Array.from(attributes.values(), pointedAt), ...style.map(([, value]) => pointedAt(value))];
  return targets.filter((id) => id !== undefined);
}

function eachIn(element: SafeElement, look: (element: SafeElement) => void): void {
  look(element);
  for (const child of element.children) if (typeof child !== 'string') eachIn(child, look);
}

function refuseIf(bad: boolean, reason: string): void {
  if (bad) throw new PictureProblem(reason);
}
