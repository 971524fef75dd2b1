import { htmlToText } from './html-to-text.js';

/** A page as text. */
export interface PageText {
  readonly title: string;
  /** All of it. */
  readonly text: string;
  /** Its main article, without menus and the like, where it has one. */
  readonly article?: string;
  /** Characters that were left out at the end, because there is too much. */
  readonly leftOut: number;
}

/** Characters of text that are of use to anybody: two hundred pages of ten thousand. */
export const mostTextCharacters = 2_000_000;

/** The whole page as text, by one walk over it: as fast as the page is long, whatever it holds. */
export function wholePage(html: string): PageText {
  const { title, text } = htmlToText(html);
  return { title, ...bounded(text) };
}

export function bounded(text: string): Pick<PageText, 'text' | 'leftOut'> {
  return { text: text.slice(0, mostTextCharacters), leftOut: Math.max(0, text.length - mostTextCharacters) };
}
