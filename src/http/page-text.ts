import { AxonError } from '../errors.js';
import { decodeText } from './decode-text.js';
import type { ReadHtml } from './html-reader.js';
import { bounded, type PageText } from './whole-page.js';

/**
 * Types that an error may name. A server can write anything into the header, and an error, unlike a page, neither is
 * wrapped as outside content nor marks the session: no word of the server may be in one.
 */
const knownTypes: ReadonlySet<string> = new Set([
  'application/gzip', 'application/octet-stream', 'application/pdf', 'application/wasm', 'application/zip', 'audio/mpeg', 'audio/ogg', 'font/woff', 'font/woff2',
  'image/avif', 'image/gif', 'image/jpeg', 'image/png', 'image/svg+xml', 'image/webp', 'text/css', 'text/html', 'text/plain', 'video/mp4', 'video/webm',
]);

/** A body as text. Rejects what isn't text with `AxonError` `not-text`. */
export async function pageText(contentType: string, body: Buffer, readHtml: ReadHtml, signal: AbortSignal): Promise<PageText> {
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  const looksBinary = body.subarray(0, 1024).includes(0) && !/utf-?16|utf-?32/i.test(contentType) && !hasWideBom(body);
  if (body.length > 0 && (looksBinary || !isTextType(type))) {
    throw new AxonError('not-text', `The page is no text but ${knownTypes.has(type) ? type : 'other data'}.`, 'Fetch a page of text.');
  }
  const text = decodeText(body, contentType);
  const isHtml = type === 'text/html' || type === 'application/xhtml+xml' || (type === '' && /^\s{0,100}<(?:!doctype|html)/i.test(text.slice(0, 200)));
  if (isHtml) return await readHtml(text, signal);
  return { title: '', ...bounded(text) };
}

function isTextType(type: string): boolean {
  return type === '' || type.startsWith('text/') || /^application\/(?:json|xml|javascript|ecmascript|xhtml\+xml|yaml|x-yaml|toml|x-sh|graphql|sql|x-ndjson|jsonl|[\w.+-]{1,100}\+(?:json|xml|yaml))$/.test(type);
}

function hasWideBom(body: Buffer): boolean {
  return (body[0] === 0xff && body[1] === 0xfe) || (body[0] === 0xfe && body[1] === 0xff);
}
