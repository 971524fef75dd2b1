/** Guarded egress: the only way a tool reaches the network. Rejects with `AxonError` (denied, timeout, limit, io). */
export interface Web {
  fetch(url: string, options: { signal: AbortSignal }): Promise<WebPage>;
}

export interface WebPage {
  /** After redirects. */
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly title: string;
  /** The page as plain text; other text types as they are. */
  readonly text: string;
  /** The addresses that were followed, in order. */
  readonly redirects: readonly string[];
  /** The page sends on to another host, which was not asked for: it isn't followed, `text` is empty, and this is where it leads. */
  readonly movedTo?: string;
}
