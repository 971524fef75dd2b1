/** Guarded egress: the only way a tool reaches the network. Rejects with `AxonError` (denied, unavailable, timeout, limit, not-text, io). */
export interface Web {
  fetch(url: string, options: FetchOptions): Promise<WebPage>;
  /** Asks the provider that the person chose. */
  search(query: string, options: { signal: AbortSignal }): Promise<WebSearch>;
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** True: what this address gave in the last minutes will do, so that a further part of a page costs no further request. */
  readonly mayBeKept?: boolean;
}

export interface WebPage {
  /** After redirects. */
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly title: string;
  /** All of the page as plain text; other text types as they are. */
  readonly text: string;
  /** The main article, without menus and the like, where the page has one. */
  readonly article?: string;
  /** Characters that were left out of `text`, and perhaps of `article`, because the page is very long. */
  readonly leftOut: number;
  /** What the site's robots.txt (RFC 9309) says of programs that fetch this page; `unknown` when it couldn't be read. */
  readonly robots: RobotsAnswer;
  /** The addresses that were followed, in order. */
  readonly redirects: readonly string[];
  /** The page sends on to another host, which was not asked for: it isn't followed, `text` is empty, and this is where it leads. */
  readonly movedTo?: string;
}

export type RobotsAnswer = 'allowed' | 'disallowed' | 'unknown';

export interface WebSearch {
  /** For a person: `Brave Search`. */
  readonly provider: string;
  readonly host: string;
  /** At most ten, best first. */
  readonly results: readonly SearchResult[];
}

export interface SearchResult {
  readonly title: string;
  /** http or https, as the provider gave it; not judged yet. */
  readonly url: string;
  /** Plain text; may be empty. */
  readonly snippet: string;
}
