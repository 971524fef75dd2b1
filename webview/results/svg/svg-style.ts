/** Properties of drawing (SVG 2, CSS Fonts, CSS Text) that a style or an attribute may set; none of them loads, moves or filters. */
const properties = new Set([
  'alignment-baseline', 'baseline-shift', 'clip-path', 'clip-rule', 'color', 'direction', 'display', 'dominant-baseline', 'fill', 'fill-opacity', 'fill-rule',
  'font', 'font-family', 'font-size', 'font-stretch', 'font-style', 'font-variant', 'font-weight', 'letter-spacing', 'opacity', 'overflow', 'paint-order',
  'shape-rendering', 'stop-color', 'stop-opacity', 'stroke', 'stroke-dasharray', 'stroke-dashoffset', 'stroke-linecap', 'stroke-linejoin', 'stroke-miterlimit',
  'stroke-opacity', 'stroke-width', 'text-anchor', 'text-decoration', 'text-rendering', 'visibility', 'white-space', 'word-spacing',
]);
/** Of these, which may point at a part of the picture. */
const pointing = new Set(['fill', 'stroke', 'clip-path']);

const pointer = /^url\(\s*(["']?)#([\w:.-]+)\1\s*\)$/;
/** Words, numbers, colours and names of fonts: no escape, no comment, no block, no rule, and no function but those of colours. */
const value = /^(?:[\w\s.,#%/+-]|(?:rgb|hsl)a?\([\d\s.,%/+-]*\)|"[\w\s.,-]*"|'[\w\s.,-]*')+$/;
/** What costs time for each element it is set on; a sheet could set it on all of them. */
const costly = new Set(['opacity', 'stroke-dasharray']);

/** Numbers: what a share or a unit comes to isn't known here. */
const dash = /^(?:[\d.]+(?:e[+-]?\d+)?(?:px)?|none)$/i;

/** In user units. */
export const largestFont = 100;
/** The size of a font, alone or before the names of fonts: in units that don't depend on what is around it. */
const fontSize = /^(?:(?:italic|oblique|normal|bold|small-caps|[1-9]00)\s+)*(\d+\.?\d*|\.\d+)(?:px)?(?:\s*\/\s*[\d.]+)?(?:\s+[^\d]*)?$/i;

function isSmallFont(text: string): boolean {
  const size = fontSize.exec(text.trim())?.[1];
  return size !== undefined && Number(size) <= largestFont;
}

/** The id that a value such as `url(#a)` points at. */
export function pointedAt(text: string): string | undefined {
  return pointer.exec(text.trim())?.[2];
}

/** Whether `property` may be set to `text`, as an attribute or in a style. */
export function isSafeProperty(property: string, text: string): boolean {
  if (!properties.has(property) || text.length > 1000) return false;
  if (pointing.has(property) && pointedAt(text) !== undefined) return true;
  if ((property === 'font' || property === 'font-size') && !isSmallFont(text)) return false;
  if (property === 'stroke-dasharray' && !text.trim().split(/[\s,]+/).every((each) => dash.test(each))) return false;
  return value.test(text.trim());
}

/** The sum of the dashes and gaps of `stroke-dasharray`, in user units; infinite where it sets none. */
export function dashPeriod(text: string): number {
  const sum = text.split(/[\s,]+/).map(Number.parseFloat).filter((length) => !Number.isNaN(length)).reduce((all, length) => all + length, 0);
  return sum > 0 ? sum : Infinity;
}

/** What of a `style` attribute may stay, in its order. */
export function safeDeclarations(text: string): [property: string, value: string][] {
  const found: [string, string][] = [];
  for (const declaration of text.slice(0, 10_000).split(';')) {
    const colon = declaration.indexOf(':');
    const property = declaration.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const given = declaration.slice(colon + 1).trim();
    if (isSafeProperty(property, given)) found.push([property, given]);
  }
  return found;
}

/** `*`, `path`, `.line`, `#a`, `text.label`: told by the element alone, whatever it stands in. */
const selector = /^(?:\*|[a-z][\w-]*|(?=[.#]))(?:[.#][\w-]+){0,3}$/i;
const longestSheet = 10_000;
const mostRules = 200;

/**
 * What of a style sheet may stay: rules of plain selectors with drawing properties that point nowhere and cost little.
 * Undefined when it is anything but plain rules: then none of it can be told apart for sure.
 */
export function safeSheet(text: string): string | undefined {
  if (text.length > longestSheet || /[\\@<]/.test(text)) return undefined;
  const rules = text.replaceAll(/\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\//g, ' ').split('}');
  if (rules.pop()?.trim() !== '' || rules.length > mostRules) return undefined;
  const kept: string[] = [];
  for (const rule of rules) {
    const [selectors = '', body, ...more] = rule.split('{');
    if (body === undefined || more.length > 0) return undefined;
    if (!selectors.split(',').every((each) => selector.test(each.trim()))) continue;
    const declarations = safeDeclarations(body).filter(([property, given]) => !costly.has(property) && pointedAt(given) === undefined);
    if (declarations.length > 0) kept.push(`${selectors.trim()}{${declarations.map(([property, given]) => `${property}:${given}`).join(';')}}`);
  }
  return kept.join('\n');
}
