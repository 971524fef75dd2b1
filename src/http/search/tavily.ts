import type { ProviderApi } from './provider-api.js';
import { field, parseJson, resultsFrom } from './results-from-json.js';

/** Tavily's search API. 432 and 433 are its own: the plan, or the limit of paying as one goes, is used up. */
export const tavily: ProviderApi = {
  request: (query, key) => ({
    path: '/search',
    headers: { accept: 'application/json', 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, max_results: 10, search_depth: 'basic' }),
  }),
  results: (body) => resultsFrom(field(parseJson(body), 'results'), 'content'),
  problem: (status) => (status === 432 || status === 433 ? 'used-up' : undefined),
};
