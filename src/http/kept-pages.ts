import type { WebPage } from '../ports/web.js';

const mostPages = 8;
const mostCharacters = 8_000_000;
const milliseconds = 5 * 60_000;

/**
 * The last pages, for some minutes, so that reading on in one costs no further request. Kept by address alone: a fetch sends
 * nothing that tells one session from another, so both would be given the same. Nothing is kept on disk.
 */
export class KeptPages {
  readonly #pages = new Map<string, { readonly page: WebPage; readonly at: number }>();

  constructor(private readonly now: () => number) {}

  get(url: string): WebPage | undefined {
    const kept = this.#pages.get(url);
    return kept && this.now() - kept.at < milliseconds ? kept.page : undefined;
  }

  keep(url: string, page: WebPage): void {
    this.#pages.delete(url);
    this.#pages.set(url, { page, at: this.now() });
    let characters = 0;
    // The newest first: what no longer fits, or is too old, goes.
    [...this.#pages].reverse().forEach(([each, { page: { text, article }, at }], nth) => {
      characters += text.length + (article?.length ?? 0);
      if (nth >= mostPages || characters > mostCharacters || this.now() - at >= milliseconds) this.#pages.delete(each);
    });
  }
}
