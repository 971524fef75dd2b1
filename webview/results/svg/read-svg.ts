import { PictureProblem } from '../picture-problem.js';

/** An element as it stands in the text, nothing judged yet. Names keep their prefix; comments and the like are gone. */
export interface SvgElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (SvgElement | string)[];
}

interface OpenElement extends SvgElement {
  readonly children: (SvgElement | string)[];
}

/** Of the text, in characters; elements, and how deep they stand in each other. */
export const svgLimits = { characters: 2_000_000, elements: 20_000, depth: 100 } as const;

const name = String.raw`[A-Za-z_][\w.\-]*(?::[A-Za-z_][\w.\-]*)?`;
/** Every piece of XML that a picture may be made of; each alternative is found by its first characters, so time grows with the text. */
const piece = new RegExp(
  [
    String.raw`<!--(?:[^-]|-(?!-))*-->`,
    String.raw`<\?[^?]*(?:\?(?!>)[^?]*)*\?>`,
    String.raw`<!\[CDATA\[(?<data>[^\]]*(?:\](?!\]>)[^\]]*)*)\]\]>`,
    // Without a part of its own, in which entities would be declared.
    String.raw`<!DOCTYPE[^<>[\]]*>`,
    String.raw`</(?<closed>${name})\s*>`,
    String.raw`<(?<opened>${name})(?<attributes>(?:\s+${name}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>/?)>`,
    String.raw`(?<text>[^<]+)`,
  ].join('|'),
  'y',
);
const attribute = new RegExp(String.raw`(?<name>${name})\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')`, 'g');
const entities: ReadonlyMap<string, string> = new Map([['amp', '&'], ['lt', '<'], ['gt', '>'], ['quot', '"'], ['apos', "'"]]);
/** What XML 1.0 (2.2) has no place for. */
const noCharacter = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function plain(text: string): string {
  return text.replaceAll(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w+));|&/gi, (_whole, hex: string | undefined, decimal: string | undefined, word: string | undefined) => {
    const known = word === undefined ? undefined : entities.get(word);
    if (known !== undefined) return known;
    const code = hex !== undefined ? Number.parseInt(hex, 16) : decimal !== undefined ? Number(decimal) : undefined;
    if (code === undefined || code > 0x10ffff) throw new PictureProblem('It uses names for text (entities) that it would have to declare itself.');
    const character = String.fromCodePoint(code);
    if (noCharacter.test(character)) throw notWellFormed();
    return character;
  });
}

const notWellFormed = (): PictureProblem => new PictureProblem('It is no well-formed SVG picture.');

function attributesOf(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const { groups = {} } of text.matchAll(attribute)) {
    const key = groups['name'] ?? '';
    if (attributes.has(key)) throw notWellFormed();
    attributes.set(key, plain(groups['double'] ?? groups['single'] ?? ''));
  }
  return attributes;
}

/**
 * Reads a picture's text without making a document of it: nothing is loaded, run or unfolded by reading. A part of XML 1.0:
 * no declarations of one's own. Throws `PictureProblem` for what is not well-formed or beyond `svgLimits`.
 */
export function readSvg(text: string): SvgElement {
  if (text.length > svgLimits.characters) throw new PictureProblem(`It has ${text.length.toLocaleString('en')} characters; at most ${svgLimits.characters.toLocaleString('en')} are shown.`);
  if (noCharacter.test(text)) throw notWellFormed();
  const open: OpenElement[] = [];
  let root: SvgElement | undefined;
  let elements = 0;
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length) {
    piece.lastIndex = at;
    const match = piece.exec(text);
    if (!match) throw notWellFormed();
    at += match[0].length;
    const { opened, closed, attributes = '', empty, data, text: words } = match.groups ?? {};
    const parent = open.at(-1);
    if (opened !== undefined) {
      if (!parent && root) throw notWellFormed();
      if (++elements > svgLimits.elements) throw new PictureProblem(`It has more than ${svgLimits.elements.toLocaleString('en')} elements.`);
      if (open.length >= svgLimits.depth) throw new PictureProblem(`Its elements stand in each other more than ${svgLimits.depth} deep.`);
      const element: OpenElement = { name: opened, attributes: attributesOf(attributes), children: [] };
      if (parent) parent.children.push(element);
      else root = element;
      if (empty === '') open.push(element);
    } else if (closed !== undefined) {
      if (open.pop()?.name !== closed) throw notWellFormed();
    } else if (data !== undefined || words !== undefined) {
      if (parent) parent.children.push(data ?? plain(words ?? ''));
      else if ((data ?? words ?? '').trim() !== '') throw notWellFormed();
    }
  }
  if (!root || open.length > 0) throw notWellFormed();
  return root;
}
