import type { SearchResult } from '../../ports/web.js';

/** What is sent for one query, as data: made and tested without a network. */
export interface SearchRequest {
  /** Below the provider's own address, beginning with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent with POST; absent: GET. */
  readonly body?: string;
}

/** How one provider is spoken to. */
export interface ProviderApi {
  request(query: string, key: string): SearchRequest;
  /** `undefined`: this is no answer that the provider gives. Never throws. */
  results(body: string): readonly SearchResult[] | undefined;
  /** What a status, or a body with that status, means here; `undefined`: nothing special. */
  problem?(status: number, body: string): SearchProblem | undefined;
}

export type SearchProblem = 'bad-key' | 'rate-limit' | 'used-up' | 'robot' | 'no-json';
