import { PictureProblem } from '../picture-problem.js';
import type { SafeElement } from './safe-element.js';
import { lengthOf, lengthOfText, scaleOf } from './svg-length.js';
import { targetOf } from './svg-names.js';
import { dashPeriod, pointedAt } from './svg-style.js';

/** What it takes to draw something, everything that points at a part of the picture having it in its place. */
interface Weight {
  /** Elements. */
  readonly elements: number;
  /** What a pen goes along, as long as it is drawn. */
  readonly ink: number;
  /** The same, in units in which its dashes are told. */
  readonly length: number;
  readonly patterns: number;
  /** Gradients, and what is drawn apart because it is seen through. */
  readonly layers: number;
}

/**
 * What a browser draws within about two seconds, tried with pictures made to be slow; figures take a hundredth of it. `ink`
 * is in heights of the picture.
 */
const most = { elements: 50_000, ink: 10_000, dashes: 1_000_000, patterns: 100, layers: 3000 } as const;
/** A part that is pointed at may point at another one, which may point at none: so there are no circles. */
const mostSteps = 2;
const tooMuch = `It unfolds to more than ${most.elements.toLocaleString('en')} elements.`;

/**
 * Throws `PictureProblem` when a small picture would unfold to a large one ("billion laughs", CVE-2003-1564), never end, or
 * keep the browser busy with drawing. `extent`: the larger side of the picture, in its own units.
 */
export function checkWeight(root: SafeElement, extent: number): void {
  const parts = new Map<string, SafeElement>();
  const used = new Set<string>();
  let period = Infinity;
  eachIn(root, (element) => {
    const id = element.attributes.get('id');
    if (id !== undefined) parts.set(id, element);
    const target = element.name === 'use' ? targetOf(element.attributes.get('href') ?? '') : undefined;
    if (target !== undefined) used.add(target);
    // Dashes are inherited: the shortest counts for all.
    for (const value of valuesOf(element, 'stroke-dasharray')) period = Math.min(period, dashPeriod(value));
  });
  eachIn(root, (element) => {
    // It stops at the first; so parts within parts are looked through at most as often as they are deep.
    if (used.has(element.attributes.get('id') ?? '')) eachIn(element, ({ name }) => refuseIf(name === 'use', 'A part that it repeats repeats others itself.'));
  });
  const weight = new Scales(parts).weigh(root, mostSteps);
  const isQuick = weight.ink <= most.ink * extent && weight.length / period <= most.dashes && weight.patterns <= most.patterns && weight.layers <= most.layers;
  // What can't be told, since its numbers are without end, isn't quick either.
  refuseIf(!isQuick, 'It takes too long to draw.');
}

class Scales {
  readonly #known = new Map<string, Weight>();

  constructor(private readonly parts: ReadonlyMap<string, SafeElement>) {}

  weigh(element: SafeElement, steps: number): Weight {
    const length = lengthOf(element.name, element.attributes);
    let all: Weight = { elements: 1, ink: length, length, patterns: 0, layers: valuesOf(element, 'opacity').length };
    for (const id of targetsOf(element)) {
      const part = this.parts.get(id);
      if (!part) continue;
      refuseIf(steps === 0, 'Its parts point at each other too often.');
      all = add(all, this.#part(id, part, steps - 1));
      if (part.name === 'pattern') all = { ...all, patterns: all.patterns + 1 };
      if (part.name.endsWith('Gradient')) all = { ...all, layers: all.layers + 1 };
    }
    for (const child of element.children) {
      if (typeof child === 'string') {
        if (element.name !== 'style') all = { ...all, ink: all.ink + lengthOfText(child) };
        continue;
      }
      all = add(all, this.weigh(child, steps));
      refuseIf(all.elements > most.elements, tooMuch);
    }
    const transform = element.attributes.get('transform') ?? element.attributes.get('patternTransform');
    return transform === undefined ? all : { ...all, ink: all.ink * scaleOf(transform) };
  }

  #part(id: string, part: SafeElement, steps: number): Weight {
    const key = `${steps} ${id}`;
    const weight = this.#known.get(key) ?? this.weigh(part, steps);
    this.#known.set(key, weight);
    return weight;
  }
}

function add(one: Weight, other: Weight): Weight {
  return {
    elements: one.elements + other.elements, ink: one.ink + other.ink, length: one.length + other.length,
    patterns: one.patterns + other.patterns, layers: one.layers + other.layers,
  };
}

/** What an element sets a property to, as an attribute and in its style. */
function valuesOf({ attributes, style }: SafeElement, property: string): string[] {
  const attribute = attributes.get(property);
  return [...(attribute === undefined ? [] : [attribute]), ...style.filter(([name]) => name === property).map(([, value]) => value)];
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
