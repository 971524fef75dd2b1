import * as z from 'zod/mini';
import type { SearchResult } from '../../ports/web.js';

const schema = z.object({ title: z.nullish(z.string()), url: z.string(), description: z.nullish(z.string()), content: z.nullish(z.string()) });

/** Of an answer: far more than are shown, so that some may be left out. */
const mostRead = 50;

/**
 * The results in an answer's list. One that is no result, or leads nowhere a page could be fetched from, is left out; an
 * answer without a list is none (`undefined`). `snippet` names the field that holds the text.
 */
export function resultsFrom(list: unknown, snippet: 'description' | 'content'): readonly SearchResult[] | undefined {
  if (!Array.isArray(list)) return undefined;
  return list.slice(0, mostRead).flatMap((each: unknown) => {
    const { success, data } = schema.safeParse(each);
    if (!success) return [];
    const url = webAddress(data.url);
    return url === undefined ? [] : [{ title: oneLine(data.title ?? '', 200), url, snippet: oneLine(data[snippet] ?? '', 600) }];
  });
}

/** The address as the URL parser writes it, if it is one of the web. */
export function webAddress(text: unknown): string | undefined {
  const url = typeof text === 'string' && text.length <= 2_000 ? URL.parse(text) : null;
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
}

export function oneLine(text: string, most: number): string {
  const line = text.slice(0, 10_000).replaceAll(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1).toWellFormed()}…` : line;
}

/** The value of a JSON text; `undefined` for what is none. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

/** A field of a value that may be anything. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
