import { largestFont } from './svg-style.js';

const number = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/gi;
const step = /([a-z])([^a-df-z]*)/gi;
const numbersIn = (text: string): number[] => Array.from(text.match(number) ?? [], Number);
const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + Math.abs(each), 0);

/** How far it is from point to point, from `from` on if there is one. */
function along(points: readonly number[], from: readonly [number, number] | undefined): { readonly length: number; readonly end: readonly [number, number] | undefined } {
  let length = 0;
  let end = from;
  for (let at = 0; at + 1 < points.length; at += 2) {
    const next = [points[at] ?? 0, points[at + 1] ?? 0] as const;
    if (end) length += Math.abs(next[0] - end[0]) + Math.abs(next[1] - end[1]);
    end = next;
  }
  return { length, end };
}

/**
 * At least the length of a path (SVG 2, 9.3), and of most not much more: a curve is no longer than the way along the points
 * that shape it.
 */
function pathLength(data: string): number {
  let length = 0;
  let end: readonly [number, number] | undefined;
  for (const [, letter = '', text = ''] of data.matchAll(step)) {
    const numbers = numbersIn(text);
    if (/[MLCSQT]/.test(letter)) {
      const way = along(numbers, letter === 'M' ? undefined : (end ?? [0, 0]));
      length += way.length;
      end = way.end ?? end;
    } else if (letter !== 'Z' && letter !== 'z') {
      // From where a step to a place on an axis began is not kept: it is taken to be as far away as can be.
      length += letter === letter.toLowerCase() ? sum(numbers) : 2 * sum(numbers) + sum(end ?? []);
      end = letter === letter.toLowerCase() ? end : undefined;
    }
  }
  // Closed, and told double because of it.
  return /z/i.test(data) ? 2 * length : length;
}

/** What a pen goes along to draw an element, in its own units: the time that drawing takes grows with it. */
export function lengthOf(name: string, attributes: ReadonlyMap<string, string>): number {
  const given = (...names: readonly string[]): number => sum(names.map((each) => numbersIn(attributes.get(each) ?? '')[0] ?? 0));
  switch (name) {
    case 'path':
      return pathLength(attributes.get('d') ?? '');
    case 'polyline':
    case 'polygon':
      return 2 * along(numbersIn(attributes.get('points') ?? ''), undefined).length;
    case 'rect':
      // Filled at once, without following its edge.
      return given('width', 'height') / 2;
    case 'circle':
      return 7 * given('r');
    case 'ellipse':
      return 7 * Math.max(given('rx'), given('ry'));
    case 'line':
      return given('x1', 'x2', 'y1', 'y2');
    default:
      return 0;
  }
}

/** The same of text, whose size is at most `largestFont` before it is transformed. */
export const lengthOfText = (text: string): number => text.replaceAll(/\s+/g, '').length * largestFont * 5;

/** How much longer a transform can make something, at most. */
export function scaleOf(transform: string): number {
  let scale = 1;
  for (const [, name = '', text = ''] of transform.matchAll(/(\w+)\s*\(([^)]*)\)/g)) {
    const [a = 1, b = 0, c = 0, d = 1] = numbersIn(text).map(Math.abs);
    if (name === 'scale') scale *= Math.max(a, numbersIn(text).length > 1 ? b : a);
    else if (name === 'matrix') scale *= a + b + c + d;
    // Nobody leans a figure by more than that; at a right angle it would be without end.
    else if (name.startsWith('skew')) scale *= 1 + Math.abs(Math.tan((a * Math.PI) / 180));
  }
  return scale;
}
