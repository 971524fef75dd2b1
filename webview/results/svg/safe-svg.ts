import DOMPurify from 'dompurify';
import type { PictureSize } from '../picture-problem.js';
import { PictureProblem } from '../picture-problem.js';
import { readSvg } from './read-svg.js';
import type { SafeElement } from './safe-element.js';
import { applyRules } from './svg-rules.js';

export interface SafeSvg {
  /** Written anew: nothing of the given text is in it as it came. */
  readonly text: string;
  readonly size: PictureSize;
  /** Names of kinds of elements that are not in it any more. */
  readonly leftOut: readonly string[];
}

const namespace = 'http://www.w3.org/2000/svg';

/**
 * Makes a picture safe that a program wrote: reads it without a document, keeps what is on our lists, builds it from that,
 * and lets the sanitiser take out whatever is not on its own. Throws `PictureProblem`. It is meant for an `<img>`, in which
 * nothing runs and nothing is loaded.
 */
export function makeSafeSvg(bytes: Uint8Array): SafeSvg {
  const { root, size, leftOut } = applyRules(readSvg(textOf(bytes)));
  const built = build(root);
  // It never stands in the page, so no id in it can hide something of the page's.
  DOMPurify.sanitize(built, { USE_PROFILES: { svg: true }, ADD_TAGS: ['use'], ADD_ATTR: ['href'], ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, SANITIZE_DOM: false, IN_PLACE: true });
  return { text: new XMLSerializer().serializeToString(built), size, leftOut };
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PictureProblem('It is no text in UTF-8.');
  }
}

/** Styles are set one by one: the page's policy forbids style text, and a value can't reach beyond its property so. */
function build({ name, attributes, style, children }: SafeElement): SVGElement {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of attributes) element.setAttribute(key, value);
  if (element instanceof SVGElement) for (const [property, value] of style) element.style.setProperty(property, value);
  element.append(...children.map((child) => (typeof child === 'string' ? child : build(child))));
  return element;
}
