import type { ProviderApi } from './provider-api.js';
import { field, parseJson, resultsFrom } from './results-from-json.js';

/** SearXNG's JSON format. A server that hasn't switched it on answers 403. */
export const searxng: ProviderApi = {
  request: (query) => ({ path: `/search?${new URLSearchParams({ q: query, format: 'json' }).toString()}`, headers: { accept: 'application/json' } }),
  results: (body) => resultsFrom(field(parseJson(body), 'results'), 'content'),
  problem: (status) => (status === 403 ? 'no-json' : undefined),
};
