import type { Decision } from '../decision.js';
import type { Guard } from '../guard.js';
import { checkUrl, type Host, type UrlSettings } from './check-url.js';

export interface UrlGuardOptions {
  /** Asked at every decision. */
  readonly settings: () => UrlSettings;
}

/** An address that carries more text than this is asked for each time: it could carry a file's content away. */
const ordinaryLength = 300;
/** The same for its host's name: who owns the end of a name hears every look-up below it. */
const ordinaryName = 100;

/**
 * The URL guard: web addresses are asked for by host, everything else is refused. It looks at the text alone; the
 * addresses behind a name are judged when the connection is made, and each redirect is judged again.
 */
export function createUrlGuard({ settings }: UrlGuardOptions): Guard<'url'> {
  return {
    async decide(subject, context): Promise<Decision> {
      const check = checkUrl(subject.url, settings());
      if (!check.ok) return { verdict: 'deny', risk: 'high', rule: check.rule, reason: check.reason, next: check.next };
      const { url, host } = check;
      const carried = host.name.length + url.pathname.length + url.search.length;
      const isLong = carried > ordinaryLength || host.name.length > ordinaryName;
      const warnings = warningsFor(url, host, isLong ? carried : undefined);
      // What was allowed with encryption is not allowed without: that has a warning of its own.
      const granted = url.protocol === 'http:' ? `http://${host.label}` : host.label;
      const mayGrant = context.trusted && !isLong;
      return {
        verdict: 'ask',
        risk: 'medium',
        rule: isLong ? 'url.long-address' : 'url.ask-host',
        reason: `Fetching a page tells ${host.label} the whole address, and brings outside text into the conversation.`,
        ...(warnings.length > 0 && { warnings }),
        ...(mayGrant && { grant: { key: `fetch:${granted}`, label: `Fetch pages from ${granted}` } }),
      };
    },
  };
}

/** `carried`: the characters of an address that is longer than usual. */
function warningsFor(url: URL, host: Host, carried: number | undefined): string[] {
  return [
    ...(carried !== undefined ? [`The address carries ${carried} characters to ${host.label}. Look for text of yours in it.`] : []),
    ...(host.name.split('.').some((part) => part.startsWith('xn--')) ? [`The host’s name has letters beyond a–z, which can look like others. Its exact form: ${host.name}`] : []),
    ...(host.isAddress ? ['The host is given by number, not by name.'] : []),
    ...(url.protocol === 'http:' ? ['The connection is not encrypted: others on the way can read and change the page.'] : []),
  ];
}
