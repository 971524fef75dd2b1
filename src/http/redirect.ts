import { checkUrl, type UrlCheck, type UrlSettings } from '../policy/url/check-url.js';

export type Hop = { readonly kind: 'same-host'; readonly url: URL } | { readonly kind: 'elsewhere'; readonly url: URL } | ({ readonly kind: 'denied' } & Pick<Extract<UrlCheck, { ok: false }>, 'rule' | 'reason' | 'next'>);

/**
 * Where a redirect leads, judged like any address. A person allowed one host, so another one isn't followed but told: else
 * an open redirect on an allowed host would carry text anywhere. `www.` more or less is the same host, and so is http to
 * https; back to http is not.
 */
export function nextHop(from: URL, location: string, settings: UrlSettings): Hop {
  const isAbsolute = /^[a-z][a-z\d+.-]*:/i.test(location);
  // A backslash, a blank or a hidden character in a relative one would be cleaned away by the parser before it is judged.
  const text = isAbsolute || /[\\\s]/.test(location) ? location : URL.parse(location, from.href)?.href;
  const check = checkUrl(text ?? location, settings);
  if (!check.ok) return { kind: 'denied', rule: check.rule, reason: check.reason, next: check.next };
  return { kind: isSameHost(from, check.url) ? 'same-host' : 'elsewhere', url: check.url };
}

function isSameHost(from: URL, to: URL): boolean {
  const upgraded = from.protocol === 'http:' && to.protocol === 'https:' && from.port === '' && to.port === '';
  if (!upgraded && (from.protocol !== to.protocol || from.port !== to.port)) return false;
  return withoutWww(from) === withoutWww(to);
}

function withoutWww(url: URL): string {
  return url.hostname.replace(/\.$/, '').replace(/^www\./, '');
}
