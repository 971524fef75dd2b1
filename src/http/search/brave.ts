import { htmlToText } from '../html-to-text.js';
import type { ProviderApi } from './provider-api.js';
import { field, oneLine, parseJson, resultsFrom } from './results-from-json.js';

/** Brave's Web Search API, version 1. Its texts are HTML fragments, even without the marks for what was found. */
export const brave: ProviderApi = {
  request: (query, key) => ({
    path: `/res/v1/web/search?${new URLSearchParams({ q: query, count: '10', text_decorations: 'false' }).toString()}`,
    headers: { accept: 'application/json', 'x-subscription-token': key },
  }),
  results(body) {
    const answer = parseJson(body);
    // Nothing found: the section for web pages is missing.
    if (field(answer, 'type') === 'search' && field(answer, 'web') === undefined) return [];
    const plain = (html: string, most: number) => oneLine(htmlToText(html).text, most);
    return resultsFrom(field(field(answer, 'web'), 'results'), 'description')?.map((each) => ({ ...each, title: plain(each.title, 200), snippet: plain(each.snippet, 600) }));
  },
  problem(status, body) {
    // A wrong key is "unprocessable" here, as a query that can't be processed is.
    const code = field(field(parseJson(body), 'error'), 'code');
    if (status === 422 && typeof code === 'string' && code.includes('TOKEN')) return 'bad-key';
    return status === 402 || code === 'USAGE_LIMIT_EXCEEDED' ? 'used-up' : undefined;
  },
};
