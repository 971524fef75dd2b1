import { isSafeProperty } from './svg-style.js';

/** Elements that draw, group or name something, below the root; the others go with all that is in them. */
export const drawn: ReadonlySet<string> = new Set([
  'g', 'defs', 'symbol', 'use', 'path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon', 'text', 'tspan', 'clipPath', 'pattern',
  'linearGradient', 'radialGradient', 'stop', 'style',
]);

/** Elements that draw nothing: nobody misses them. */
const silent = new Set(['metadata', 'title', 'desc']);

/** Whether somebody has to be told that such an element was left out. */
export const isMissed = (name: string): boolean => !silent.has(name) && !name.includes(':');

/** Where something is, and how large; without what tells units anew (a view box within, the length of a path, units of a box). */
const places = new Set([
  'cx', 'cy', 'd', 'dx', 'dy', 'fr', 'fx', 'fy', 'gradientTransform', 'gradientUnits', 'height', 'offset', 'patternTransform', 'patternUnits', 'points', 'r', 'rotate', 'rx', 'ry', 'spreadMethod', 'transform', 'width', 'x', 'x1', 'x2',
  'y', 'y1', 'y2',
]);
const place = /^[\w\s.,%+()-]*$/;
const word = /^[\w:.-]+$/;

/** Whether an attribute may stay as it is; `id`, `style` and what points at something are looked at by others. */
export function isSafeAttribute(name: string, text: string): boolean {
  if (places.has(name)) return place.test(text) && !/url/i.test(text);
  if (name === 'class') return text.split(/\s+/).every((each) => each === '' || word.test(each));
  return isSafeProperty(name, text);
}

/** An id that can be pointed at. */
export const isPlainId = (text: string): boolean => word.test(text) && text.length <= 200;

/** What a `href` may be: a part of the picture itself. */
export function targetOf(href: string): string | undefined {
  const id = href.trim().slice(1);
  return href.trim().startsWith('#') && isPlainId(id) ? id : undefined;
}
