import { decodeEntities } from './html-entities.js';

export interface HtmlText {
  readonly title: string;
  readonly text: string;
}

/** Elements whose content is no text for a reader. */
const skipped = new Set(['script', 'style', 'template', 'svg', 'math', 'iframe', 'object', 'canvas', 'select']);
const blocks = new Set([
  'address', 'article', 'aside', 'blockquote', 'body', 'dd', 'details', 'div', 'dl', 'dt', 'fieldset', 'figcaption', 'figure', 'footer', 'form', 'header', 'hr', 'html', 'main',
  'nav', 'ol', 'p', 'section', 'summary', 'table', 'tbody', 'thead', 'tr', 'ul', 'br', 'li', 'pre', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6',
]);

/**
 * The text a reader would see, plainly: one line a block, `- ` before list items, `#` before headings. It walks the page once,
 * from front to back, whatever the page holds, so that no page is slow; it builds no tree and runs nothing.
 */
export function htmlToText(html: string): HtmlText {
  // The one letter whose lower case is longer would shift every place behind it.
  const lower = html.replaceAll('İ', 'i').toLowerCase();
  const out: string[] = [];
  let title = '';
  let inPre = 0;
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    const textEnd = open === -1 ? html.length : open;
    if (textEnd > at) out.push(plain(html.slice(at, textEnd), inPre > 0));
    if (open === -1) break;
    const tag = readTag(html, lower, open);
    at = tag.end;
    if (tag.name === '') {
      if (tag.literal) out.push('<');
      continue;
    }
    if (tag.name === 'title' && !tag.closing) {
      const end = indexOr(lower, '</title', at);
      if (title === '') title = decodeEntities(html.slice(at, end)).replaceAll(/\s+/g, ' ').trim().slice(0, 300);
      at = end;
    } else if (skipped.has(tag.name) && !tag.closing) {
      // `<svg/>` is empty; in HTML the slash means nothing for the others.
      const isEmpty = (tag.name === 'svg' || tag.name === 'math') && html.charAt(at - 2) === '/';
      if (!isEmpty) at = indexOr(lower, `</${tag.name}`, at);
    } else if (tag.name === 'pre') {
      inPre = Math.max(0, inPre + (tag.closing ? -1 : 1));
      out.push('\n');
    } else if (blocks.has(tag.name)) {
      out.push(tag.closing ? '\n' : opening(tag.name));
    } else if (tag.name === 'td' || tag.name === 'th') {
      out.push(' ');
    }
  }
  return { title, text: tidy(out.join('')) };
}

interface Tag {
  /** Empty for a comment, a declaration, or a `<` that begins no tag. */
  readonly name: string;
  readonly closing: boolean;
  readonly end: number;
  readonly literal?: boolean;
}

/** Reads what begins with `<` at `open`. Quotes in attributes may hold `>`. A tag without an end takes the rest of the page. */
function readTag(html: string, lower: string, open: number): Tag {
  // `<!-->` is a whole comment.
  if (html.startsWith('<!--', open)) return { name: '', closing: false, end: indexOr(html, '-->', open + 2) + 3 };
  const closing = html.charAt(open + 1) === '/';
  const start = open + (closing ? 2 : 1);
  if (!/[a-z]/.test(lower.charAt(start))) {
    if (/[!?/]/.test(html.charAt(open + 1))) return { name: '', closing, end: indexOr(html, '>', open) + 1 };
    return { name: '', closing: false, end: open + 1, literal: true };
  }
  let end = start;
  while (/[a-z\d-]/.test(lower.charAt(end))) end++;
  const name = lower.slice(start, end);
  let quote = '';
  for (; end < html.length; end++) {
    const character = html.charAt(end);
    if (quote !== '') quote = character === quote ? '' : quote;
    else if ((character === '"' || character === "'") && html.charAt(end - 1) === '=') quote = character;
    else if (character === '>') break;
  }
  return { name, closing, end: end + 1 };
}

function opening(name: string): string {
  if (name === 'li') return '\n- ';
  const level = /^h([1-6])$/.exec(name)?.[1];
  return level === undefined ? '\n' : `\n\n${'#'.repeat(Number(level))} `;
}

/** Invisible break hints say nothing to a reader; other hidden characters stay, for whoever shows the text to escape. */
function plain(text: string, inPre: boolean): string {
  const decoded = decodeEntities(text).replaceAll(/[\u00ad\u200b\ufeff]/g, '');
  return inPre ? decoded.replaceAll('\r', '') : decoded.replaceAll(/\s+/g, ' ');
}

/** No blanks at the ends of lines, no empty bullets, at most one empty line in a row. */
function tidy(text: string): string {
  const lines: string[] = [];
  for (const each of text.split('\n')) {
    const line = each.trimEnd();
    const bare = /^ \S/.test(line) ? line.slice(1) : line;
    if (bare === '-' || (bare === '' && (lines.length === 0 || lines.at(-1) === ''))) continue;
    lines.push(bare);
  }
  return lines.join('\n').trim();
}

function indexOr(text: string, wanted: string, from: number): number {
  const found = text.indexOf(wanted, from);
  return found === -1 ? text.length : found;
}
