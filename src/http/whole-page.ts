import { htmlToText } from './html-to-text.js';

/** A page as text. */
export interface PageText {
  readonly title: string;
  /** All of it. */
  readonly text: string;
  /** Its main article, without menus and the like, where it has one. */
  readonly article?: string;
  /** Characters that were left out at the end, of the text or already of the page's source, because there is too much. */
  readonly leftOut: number;
}

/** Characters of text that are of use to anybody: two hundred pages of ten thousand. */
const mostTextCharacters = 2_000_000;
/** Of a page's source; what is read of it takes about fifty times its size in memory at worst. */
const mostHtmlCharacters = 5_000_000;

/** The whole page as text, by one walk over it: as fast as the page is long, whatever it holds. */
export function wholePage(html: string): PageText {
  const { title, text } = htmlToText(html.slice(0, mostHtmlCharacters));
  const whole = bounded(text);
  return { title, text: whole.text, leftOut: whole.leftOut + Math.max(0, html.length - mostHtmlCharacters) };
}

export function bounded(text: string): Pick<PageText, 'text' | 'leftOut'> {
  if (text.length <= mostTextCharacters) return { text, leftOut: 0 };
  // A part of a string holds on to the whole of it; a clone doesn't, and pages are kept for minutes.
  return { text: structuredClone(text.slice(0, mostTextCharacters)), leftOut: text.length - mostTextCharacters };
}
