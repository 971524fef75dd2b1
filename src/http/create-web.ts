import type { Agent, Dispatcher } from 'undici';
import { AxonError } from '../errors.js';
import { checkUrl, type UrlSettings } from '../policy/url/check-url.js';
import type { Web, WebPage } from '../ports/web.js';
import { dial as dialNetwork, type Dial } from './dial.js';
import { pinnedConnector } from './pinned-connector.js';
import { readBody } from './read-body.js';
import { nextHop } from './redirect.js';
import { resolveHost, type ResolveHost } from './resolve-host.js';
import { pageText } from './page-text.js';

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
  readonly resolve?: ResolveHost;
  readonly dial?: Dial;
  readonly limits?: Partial<WebLimits>;
}

const defaultLimits: WebLimits = { milliseconds: 30_000, hops: 5, rawBytes: 5_000_000, unpackedBytes: 20_000_000 };

const headers = {
  'user-agent': 'Axon (a coding agent; a person asked for this page)',
  accept: 'text/html, application/xhtml+xml, text/plain, text/markdown, application/json, text/*;q=0.9, */*;q=0.1',
  'accept-encoding': 'gzip, deflate, br',
};

/**
 * Guarded egress. Every hop's address is judged anew, names are resolved here and the socket is pinned to what was judged,
 * and nothing is sent but the address: no cookies, no referrer, no credentials. Our own undici, never the global `fetch`:
 * the editor replaces that one, and silently ignores a dispatcher given to it.
 */
export function createWeb({ settings, resolve = resolveHost, dial = dialNetwork, limits: given }: WebOptions): Web {
  const limits = { ...defaultLimits, ...given };
  return {
    async fetch(url, { signal }): Promise<WebPage> {
      const deadline = AbortSignal.timeout(limits.milliseconds);
      const either = AbortSignal.any([signal, deadline]);
      const undici = await import('undici');
      const agent = new undici.Agent({ connect: pinnedConnector({ resolve, dial, signal: either }), pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
      try {
        return await follow(url, agent, settings, limits, either);
      } catch (error) {
        if (signal.aborted) throw new AxonError('cancelled', 'Fetching the page was stopped.');
        if (deadline.aborted) throw new AxonError('timeout', `The page didn’t come within ${limits.milliseconds / 1000} seconds.`, 'Try again later, or fetch another page.');
        throw failureOf(error);
      } finally {
        await agent.destroy();
      }
    },
  };
}

async function follow(first: string, agent: Agent, settings: () => UrlSettings, limits: WebLimits, signal: AbortSignal): Promise<WebPage> {
  let current = checked(first, settings());
  const redirects: string[] = [];
  for (;;) {
    const response = await agent.request({ origin: current.origin, path: `${current.pathname}${current.search}`, method: 'GET', headers, signal });
    const location = headerOf(response, 'location');
    if (![301, 302, 303, 307, 308].includes(response.statusCode) || location === '') return await readPage(response, current, redirects, limits);
    // Nobody wants this body, so the error that undici makes of leaving it is none.
    response.body.once('error', () => undefined).destroy();
    const next = nextHop(current, location, settings());
    // By its rule alone: the reason quotes the address, which is the server's word.
    if (next.kind === 'denied') throw new AxonError('denied', `The page redirects to an address that is refused (rule ${next.rule}).`, 'Fetch another page, or ask the person.');
    if (next.kind === 'elsewhere') {
      return { url: current.href, status: response.statusCode, contentType: '', title: '', text: '', redirects, movedTo: next.url.href };
    }
    if (redirects.length >= limits.hops) throw new AxonError('limit', `The page redirects more than ${limits.hops} times.`, 'Fetch another page.');
    current = next.url;
    redirects.push(current.href);
  }
}

async function readPage(response: Dispatcher.ResponseData, url: URL, redirects: readonly string[], limits: WebLimits): Promise<WebPage> {
  const contentType = headerOf(response, 'content-type');
  const page = pageText(contentType, await readBody(response.body, headerOf(response, 'content-encoding'), limits));
  return { url: url.href, status: response.statusCode, contentType, ...page, redirects };
}

function checked(text: string, settings: UrlSettings): URL {
  const check = checkUrl(text, settings);
  if (!check.ok) throw new AxonError('denied', `${check.reason} (rule ${check.rule})`, check.next);
  return check.url;
}

/** The first value of a header; header bytes are UTF-8 where they aren't ASCII, as browsers read them. */
function headerOf(response: Dispatcher.ResponseData, name: string): string {
  const value = response.headers[name];
  const first = Array.isArray(value) ? value[0] : value;
  return first === undefined ? '' : Buffer.from(first, 'latin1').toString('utf8');
}

function failureOf(error: unknown): AxonError {
  if (error instanceof AxonError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return new AxonError('io', `The page could not be fetched${code}.`, 'Check the address, or fetch another page.', { cause: error });
}
