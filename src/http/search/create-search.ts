import { AxonError } from '../../errors.js';
import { chosenSearch, type ChosenSearch, type SearchProvider, type SearchSettings } from '../../policy/url/search-provider.js';
import type { Web } from '../../ports/web.js';
import { isRedirect } from '../follow.js';
import { readBody } from '../read-body.js';
import type { Open } from '../to-connector.js';
import { headerOf, leaveBody, withAgent } from '../with-agent.js';
import { brave } from './brave.js';
import { duckduckgo } from './duckduckgo.js';
import type { ProviderApi, SearchProblem } from './provider-api.js';
import { searxng } from './searxng.js';
import { tavily } from './tavily.js';

export interface SearchOptions {
  readonly search: () => SearchSettings;
  readonly searchKey: (provider: string) => Promise<string | undefined>;
  readonly toPublic: Open;
  /** For a server that the person named in their settings; it may be in a private network. */
  readonly toOwnServer: Open;
  readonly userAgent: string;
}

/** An answer has some ten thousand bytes; what is parsed at once stops the window meanwhile. */
const limits = { milliseconds: 20_000, rawBytes: 1_000_000, unpackedBytes: 2_000_000 };
const mostResults = 10;

const apis: Readonly<Record<SearchProvider['id'], ProviderApi>> = { brave, duckduckgo, searxng, tavily };

/**
 * One request to the provider that the person chose: no redirect is followed and nothing is asked twice. Its key goes to its
 * own address over TLS and nowhere else. No error repeats a word of the answer.
 */
export function createSearch({ search, searchKey, toPublic, toOwnServer, userAgent }: SearchOptions): Web['search'] {
  return async (query, { signal }) => {
    const chosen = chosenSearch(search());
    if (!chosen.ok) throw new AxonError('unavailable', chosen.reason, chosen.next);
    const { provider, base, host } = chosen;
    const key = provider.needsKey ? await searchKey(provider.id) : '';
    if (key === undefined || (provider.needsKey && key === '')) throw new AxonError('unavailable', `${provider.label} needs an API key.`, 'The person can enter it with “Axon: Set API Key…”.');
    const api = apis[provider.id];
    const { path, headers, body } = api.request(query, key);
    const answer = await withAgent({ open: provider.host === '' ? toOwnServer : toPublic, signal, milliseconds: limits.milliseconds, what: 'search' }, async (agent, inTime) => {
      const url = new URL(`${base}${path}`);
      const response = await agent.request({
        origin: url.origin, path: `${url.pathname}${url.search}`, method: body === undefined ? 'GET' : 'POST', signal: inTime,
        headers: { 'user-agent': userAgent, 'accept-encoding': 'gzip, deflate, br', ...headers }, ...(body !== undefined && { body }),
      });
      const status = response.statusCode;
      if (isRedirect(status)) {
        leaveBody(response);
        return { status, text: '' };
      }
      return { status, text: (await readBody(response.body, headerOf(response, 'content-encoding'), limits)).toString('utf8') };
    });
    return { provider: provider.label, host, results: resultsOf(answer, api, chosen).slice(0, mostResults) };
  };
}

function resultsOf({ status, text }: { status: number; text: string }, api: ProviderApi, { provider }: Extract<ChosenSearch, { ok: true }>) {
  const problem = api.problem?.(status, text) ?? usualProblem(status, provider);
  if (problem !== undefined) throw errorOf(problem, provider);
  if (status < 200 || status >= 300) throw new AxonError('io', `${provider.label} answered with status ${status}.`, 'Try again later, or ask the person to choose another provider.');
  const results = api.results(text);
  if (results === undefined) throw new AxonError('io', `${provider.label} answered with something that is no search result.`, 'Try again later, or ask the person to choose another provider.');
  return results;
}

function usualProblem(status: number, { needsKey }: SearchProvider): SearchProblem | undefined {
  if (needsKey && (status === 401 || status === 403)) return 'bad-key';
  return status === 429 ? 'rate-limit' : undefined;
}

function errorOf(problem: SearchProblem, { label }: SearchProvider): AxonError {
  switch (problem) {
    case 'bad-key':
      return new AxonError('unavailable', `${label} doesn’t take the API key.`, 'The person can enter another with “Axon: Set API Key…”.');
    case 'rate-limit':
      return new AxonError('limit', `${label} was asked too often.`, 'Wait a little before the next search.');
    case 'used-up':
      return new AxonError('limit', `The plan at ${label} allows no more searches.`, 'The person can look at their plan, or choose another provider.');
    case 'robot':
      return new AxonError('unavailable', `${label} shows a puzzle for robots instead of results.`, 'Try again later, or ask the person to choose another provider.');
    case 'no-json':
      return new AxonError('unavailable', `${label} refuses: its JSON format is not switched on, or it takes no queries from here.`, 'Whoever runs the server can add json to search.formats in its settings.');
  }
}
