import { AxonError } from '../errors.js';
import type { UrlSettings } from '../policy/url/check-url.js';
import { badProxy, checkUrl, parseProxy } from '../policy/url/check-url.js';
import type { SearchSettings } from '../policy/url/search-provider.js';
import type { Web, WebPage } from '../ports/web.js';
import { createDial, createStartTls, type Dial, type StartTls } from './dial.js';
import { follow, type FollowOptions } from './follow.js';
import type { ReadHtml } from './html-reader.js';
import { KeptPages } from './kept-pages.js';
import { openAnywhere, openPinned } from './open-pinned.js';
import { openTunnel } from './open-tunnel.js';
import { ownNetworks as systemNetworks } from './own-networks.js';
import { pageText } from './page-text.js';
import { readBody } from './read-body.js';
import { resolveHost, type ResolveHost } from './resolve-host.js';
import { Robots } from './robots.js';
import { createSearch } from './search/create-search.js';
import type { Open } from './to-connector.js';
import { headerOf, withAgent } from './with-agent.js';

export interface WebLimits {
  /** For everything: look-ups, redirects, and the last byte. */
  readonly milliseconds: number;
  readonly hops: number;
  readonly rawBytes: number;
  readonly unpackedBytes: number;
}

export interface WebOptions {
  /** Asked at every hop. */
  readonly settings: () => UrlSettings;
  /** Asked at every search. */
  readonly search: () => SearchSettings;
  /** The API key of a search provider, by its id. */
  readonly searchKey: (provider: string) => Promise<string | undefined>;
  readonly readHtml: ReadHtml;
  readonly resolve?: ResolveHost;
  readonly dial?: Dial;
  readonly startTls?: StartTls;
  /** The networks that this machine is part of, as `ADDRESS/BITS`. */
  readonly ownNetworks?: () => readonly string[];
  readonly limits?: Partial<WebLimits>;
  readonly now?: () => number;
}

const defaultLimits: WebLimits = { milliseconds: 30_000, hops: 5, rawBytes: 5_000_000, unpackedBytes: 20_000_000 };

/** Our product token in sites' robots.txt. */
const program = 'Axon';

const headers = {
  'user-agent': `${program} (a coding agent; a person asked for this page)`,
  accept: 'text/html, application/xhtml+xml, text/plain, text/markdown, application/json, text/*;q=0.9, */*;q=0.1',
  'accept-encoding': 'gzip, deflate, br',
};

/**
 * Guarded egress. Every hop's address is judged anew, names are resolved here and the socket is pinned to what was judged,
 * and nothing is sent but the address: no cookies, no referrer, no credentials. With a proxy nothing can be pinned, so the
 * check of addresses lets through listed hosts alone.
 */
export function createWeb(options: WebOptions): Web {
  const { settings, readHtml, resolve = resolveHost, dial = createDial(), startTls = createStartTls(), ownNetworks = systemNetworks, now = Date.now } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const pinned = openPinned({ resolve, dial, ownNetworks });
  const anywhere = openAnywhere({ resolve, dial });
  const kept = new KeptPages(now);
  const robots = new Robots(program, now);

  /** The setting is asked at each connection, as the check of the address asks at each hop. */
  const toPublic: Open = async (target, signal) => {
    const { proxy: named } = settings();
    if (!named) return pinned(target, signal);
    const proxy = parseProxy(named);
    // Who wants a proxy wants nothing to go past it; a search is sent without a check of its address.
    if (!proxy) throw new AxonError('denied', `${badProxy.reason} (rule ${badProxy.rule})`, badProxy.next);
    return openTunnel({ proxy, open: anywhere, startTls })(target, signal);
  };

  return {
    async fetch(url, { signal, mayBeKept }) {
      const before = mayBeKept ? kept.get(url) : undefined;
      if (before && [url, before.url].every((each) => checkUrl(each, settings()).ok)) return before;
      const page = await withAgent({ open: toPublic, signal, milliseconds: limits.milliseconds, what: 'page' }, (agent, inTime) =>
        fetchPage(url, { agent, signal: inTime, headers, hops: limits.hops, settings }),
      );
      if (page.movedTo === undefined) kept.keep(url, page);
      return page;
    },
    search: createSearch({ ...options, toPublic, toOwnServer: anywhere, userAgent: headers['user-agent'] }),
  };

  async function fetchPage(first: string, following: FollowOptions): Promise<WebPage> {
    const { url, response, redirects, movedTo } = await follow(first, following);
    const common = { url: url.href, status: response.statusCode, redirects };
    if (movedTo) return { ...common, contentType: '', title: '', text: '', leftOut: 0, robots: 'unknown', movedTo: movedTo.href };
    const contentType = headerOf(response, 'content-type');
    const body = await readBody(response.body, headerOf(response, 'content-encoding'), limits);
    const text = await pageText(contentType, body, readHtml, following.signal);
    return { ...common, contentType, ...text, robots: await robots.answerFor(url, following) };
  }
}
