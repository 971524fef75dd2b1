import type { RobotsAnswer } from '../ports/web.js';
import { follow, type FollowOptions } from './follow.js';
import { readBody } from './read-body.js';
import { mayFetch, robotsRules, type RobotsRule } from './robots-rules.js';
import { headerOf, leaveBody } from './with-agent.js';

/** RFC 9309 asks that at least 500 KiB are read. */
const limits = { rawBytes: 524_288, unpackedBytes: 524_288 };
const waitMilliseconds = 4_000;
const keptMilliseconds = 60 * 60_000;
const mostOrigins = 50;

/** What sites' robots.txt say, kept for an hour. */
export class Robots {
  readonly #origins = new Map<string, { readonly rules: readonly RobotsRule[]; readonly at: number }>();

  constructor(
    /** Our product token. */
    private readonly program: string,
    private readonly now: () => number,
  ) {}

  /** Asks the page's own site, over the guarded connection that brought the page. Never rejects: what can't be read is `unknown`. */
  async answerFor(url: URL, options: FollowOptions): Promise<RobotsAnswer> {
    try {
      const kept = this.#origins.get(url.origin);
      const rules = kept && this.now() - kept.at < keptMilliseconds ? kept.rules : await this.#load(url.origin, options);
      if (rules === undefined) return 'unknown';
      return mayFetch(rules, `${url.pathname}${url.search}`) ? 'allowed' : 'disallowed';
    } catch {
      // The page has come; that its site's rules haven't is told and no more.
      return 'unknown';
    }
  }

  async #load(origin: string, options: FollowOptions): Promise<readonly RobotsRule[] | undefined> {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(waitMilliseconds)]);
    const { response, movedTo } = await follow(`${origin}/robots.txt`, { ...options, signal });
    if (movedTo) return undefined;
    const found = response.statusCode;
    if (found < 200 || found >= 300) leaveBody(response);
    // "Unavailable" (4xx) means that there are no rules; anything else but a text is "unreachable".
    if (found >= 400 && found < 500) return this.#keep(origin, []);
    if (found < 200 || found >= 300) return undefined;
    const body = await readBody(response.body, headerOf(response, 'content-encoding'), limits);
    return this.#keep(origin, robotsRules(new TextDecoder().decode(body), this.program));
  }

  #keep(origin: string, rules: readonly RobotsRule[]): readonly RobotsRule[] {
    const [oldest] = this.#origins.keys();
    if (oldest !== undefined && this.#origins.size >= mostOrigins) this.#origins.delete(oldest);
    this.#origins.set(origin, { rules, at: this.now() });
    return rules;
  }
}
