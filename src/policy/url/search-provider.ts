/** A service that searches the web. Which one is used, the person chooses; there is none until they do. */
export interface SearchProvider {
  readonly id: 'searxng' | 'brave' | 'tavily' | 'duckduckgo';
  readonly label: string;
  /** Where every query goes. Empty for a server of the person's own: its address is a setting. */
  readonly host: string;
  readonly needsKey: boolean;
  /** Where a person gets a key, or reads how to run a server. */
  readonly help: string;
}

export const searchProviders: readonly SearchProvider[] = [
  { id: 'searxng', label: 'SearXNG', host: '', needsKey: false, help: 'https://docs.searxng.org/' },
  { id: 'brave', label: 'Brave Search', host: 'api.search.brave.com', needsKey: true, help: 'https://api-dashboard.search.brave.com/' },
  { id: 'tavily', label: 'Tavily', host: 'api.tavily.com', needsKey: true, help: 'https://app.tavily.com/' },
  { id: 'duckduckgo', label: 'DuckDuckGo', host: 'html.duckduckgo.com', needsKey: false, help: 'https://duckduckgo.com/' },
];

export interface SearchSettings {
  /** The id of a provider; anything else is none. */
  readonly provider: string;
  /** Address of the person's own SearXNG server; may lie in a private network. */
  readonly searxngUrl: string;
}

export type ChosenSearch =
  | { readonly ok: true; readonly provider: SearchProvider; /** Without a slash at its end. */ readonly base: string; /** With the port where it isn't the usual one. */ readonly host: string }
  | { readonly ok: false; readonly rule: 'search.no-provider' | 'search.bad-server'; readonly reason: string; readonly next: string };

const chooseOne = 'The person can choose one in the setting axon.search.provider: DuckDuckGo needs no key, Brave and Tavily need one, SearXNG is a server of one’s own.';

/** Which provider a search goes to, and where that is. */
export function chosenSearch({ provider: id, searxngUrl }: SearchSettings): ChosenSearch {
  const provider = searchProviders.find((each) => each.id === id);
  if (!provider) return { ok: false, rule: 'search.no-provider', reason: 'No search provider is chosen.', next: chooseOne };
  if (provider.host !== '') return { ok: true, provider, base: `https://${provider.host}`, host: provider.host };
  const url = URL.parse(searxngUrl.trim());
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return { ok: false, rule: 'search.bad-server', reason: 'The address of the SearXNG server is missing or no plain web address.', next: 'The person can set axon.search.searxngUrl, for example to https://search.example.com.' };
  }
  return { ok: true, provider, base: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, host: url.host };
}
