import { Readability } from '@mozilla/readability';
import { DOMParser } from 'linkedom';
import { htmlToText } from './html-to-text.js';
import { bounded } from './whole-page.js';

/** Beyond this Readability takes minutes, and what it makes of the page is no article. */
const mostHtmlCharacters = 3_000_000;
const mostElements = 40_000;
/** A shorter article is a caption, or the notice about cookies. */
const leastCharacters = 250;

/**
 * The main article of a page as text. May take very long, run out of memory or throw for a page that means harm: call it
 * only where that can be ended (`html-worker.ts`).
 */
export function articleOf(html: string): string | undefined {
  if (html.length > mostHtmlCharacters || html.split('<', mostElements + 1).length > mostElements) return undefined;
  // Without this frame of a page the parser takes the first element for the whole.
  const framed = /<html[\s>]/i.test(html) ? html : `<!doctype html><html><body>${html}</body></html>`;
  const document = new DOMParser().parseFromString(framed, 'text/html');
  const found = new Readability(document, { disableJSONLD: true, maxElemsToParse: mostElements }).parse();
  const text = found?.content ? htmlToText(found.content).text : '';
  return text.length < leastCharacters ? undefined : bounded(text).text;
}
