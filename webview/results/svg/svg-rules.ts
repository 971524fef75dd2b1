import { PictureProblem } from '../picture-problem.js';
import type { PictureSize } from '../picture-problem.js';
import type { SvgElement } from './read-svg.js';
import type { SafeElement } from './safe-element.js';
import { drawn, isMissed, isPlainId, isSafeAttribute, targetOf } from './svg-names.js';
import { sizeOf } from './svg-size.js';
import { safeDeclarations, safeSheet } from './svg-style.js';
import { checkWeight } from './svg-weight.js';

export interface SafePicture {
  readonly root: SafeElement;
  readonly size: PictureSize;
  /** Names of kinds of elements that were there and are not drawn, for a person. */
  readonly leftOut: readonly string[];
}

const svgNamespace = 'http://www.w3.org/2000/svg';
/** Drawn as a group: links and choices have no meaning in a picture. */
const groups: ReadonlySet<string> = new Set(['a', 'switch']);
const drawnAs = (name: string): string => (groups.has(name) ? 'g' : name);
const pointers = new Set(['use', 'pattern', 'linearGradient', 'radialGradient']);
const holdText = new Set(['text', 'tspan']);
const mostLeftOut = 8;

/**
 * What of a picture may be drawn: listed elements, listed attributes with values of a listed form, and pointers to parts of
 * itself only. Throws `PictureProblem` when it is no picture, has no size that can be drawn, or would unfold to too much.
 */
export function applyRules(read: SvgElement): SafePicture {
  if (read.name !== 'svg' || !isOurs(read)) throw new PictureProblem('It is no SVG picture.');
  const size = sizeOf(read.attributes);
  const leftOut = new Set<string>();
  const ids = new Set<string>();
  const { attributes, ...rest } = copy(read, leftOut, ids);
  const { box, ...pixels } = size;
  const placed = new Map([...attributes, ['width', String(size.width)], ['height', String(size.height)], ...(box === undefined ? [] : [['viewBox', box.join(' ')] as const])]);
  const root = { ...rest, attributes: placed };
  checkWeight(root, box === undefined ? Math.max(size.width, size.height) : Math.max(box[2], box[3]));
  return { root, size: pixels, leftOut: [...leftOut] };
}

/** Of the SVG namespace, as far as its own attribute says. */
const isOurs = ({ attributes }: SvgElement): boolean => (attributes.get('xmlns') ?? svgNamespace) === svgNamespace;

/** As deep as what was read, which is bounded. */
function copy(read: SvgElement, leftOut: Set<string>, ids: Set<string>): SafeElement {
  const name = drawnAs(read.name);
  const attributes = safeAttributes(name, read.attributes, ids);
  const style = safeDeclarations(read.attributes.get('style') ?? '');
  if (name === 'style') return { name, attributes: new Map(), style: [], children: sheetOf(read, leftOut) };
  const children: (SafeElement | string)[] = [];
  for (const child of read.children) {
    if (typeof child === 'string') {
      if (holdText.has(name)) children.push(child);
    } else if (drawn.has(drawnAs(child.name)) && isOurs(child)) {
      children.push(copy(child, leftOut, ids));
    } else if (isMissed(child.name) && leftOut.size < mostLeftOut) {
      leftOut.add(child.name.slice(0, 40));
    }
  }
  return { name, attributes, style, children };
}

function sheetOf({ children }: SvgElement, leftOut: Set<string>): string[] {
  const sheet = safeSheet(children.filter((child) => typeof child === 'string').join(''));
  if (sheet === undefined) leftOut.add('style');
  return sheet === undefined || sheet === '' ? [] : [sheet];
}

function safeAttributes(element: string, given: ReadonlyMap<string, string>, ids: Set<string>): Map<string, string> {
  const safe = new Map<string, string>();
  for (const [name, value] of given) {
    if (name === 'id') {
      // The first of equal ones is the one that counts, here and in a browser.
      if (isPlainId(value) && !ids.has(value)) safe.set(name, value);
      ids.add(value);
    } else if (name === 'href' || name === 'xlink:href') {
      const target = pointers.has(element) ? targetOf(value) : undefined;
      if (target !== undefined) safe.set('href', `#${target}`);
    } else if (isSafeAttribute(name, value)) {
      safe.set(name, value);
    }
  }
  return safe;
}
