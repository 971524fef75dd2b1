import type { Agent, Dispatcher } from 'undici';
import { AxonError } from '../errors.js';
import { checkUrl, type UrlSettings } from '../policy/url/check-url.js';
import { nextHop } from './redirect.js';
import { headerOf, leaveBody } from './with-agent.js';

export interface FollowOptions {
  readonly agent: Agent;
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
  readonly hops: number;
  /** Asked at every hop. */
  readonly settings: () => UrlSettings;
}

export type Followed = {
  readonly url: URL;
  readonly response: Dispatcher.ResponseData;
  readonly redirects: readonly string[];
  /** Where the answer sends on to when that is another host; then the body is gone. */
  readonly movedTo?: URL;
};

/** Asks for an address with GET, and follows redirects on the same host. Every hop's address is judged anew. */
export async function follow(first: string, { agent, signal, headers, hops, settings }: FollowOptions): Promise<Followed> {
  let url = checked(first, settings());
  const redirects: string[] = [];
  for (;;) {
    const response = await agent.request({ origin: url.origin, path: `${url.pathname}${url.search}`, method: 'GET', headers, signal });
    const location = headerOf(response, 'location');
    if (!isRedirect(response.statusCode) || location === '') return { url, response, redirects };
    leaveBody(response);
    const next = nextHop(url, location, settings());
    // By its rule alone: the reason quotes the address, which is the server's word.
    if (next.kind === 'denied') throw new AxonError('denied', `The page redirects to an address that is refused (rule ${next.rule}).`, 'Fetch another page, or ask the person.');
    if (next.kind === 'elsewhere') return { url, response, redirects, movedTo: next.url };
    if (redirects.length >= hops) throw new AxonError('limit', `The page redirects more than ${hops} times.`, 'Fetch another page.');
    url = next.url;
    redirects.push(url.href);
  }
}

export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function checked(text: string, settings: UrlSettings): URL {
  const check = checkUrl(text, settings);
  if (!check.ok) throw new AxonError('denied', `${check.reason} (rule ${check.rule})`, check.next);
  return check.url;
}
