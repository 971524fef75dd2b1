import { hasHidden } from '../../visible.js';
import type { Guard } from '../guard.js';
import { chosenSearch, type SearchSettings } from './search-provider.js';

export interface SearchGuardOptions {
  /** Asked at every decision. */
  readonly settings: () => SearchSettings;
}

/** A longer query is asked for each time: it could carry a file's content away. */
const ordinaryLength = 200;

/** The search guard: a query goes to the one provider that the person chose, word for word, or nowhere. */
export function createSearchGuard({ settings }: SearchGuardOptions): Guard<'search'> {
  return {
    async decide({ query }, { trusted }) {
      const chosen = chosenSearch(settings());
      if (!chosen.ok) return { verdict: 'deny', risk: 'low', rule: chosen.rule, reason: chosen.reason, next: chosen.next };
      const { provider, base, host } = chosen;
      const isLong = query.length > ordinaryLength;
      const isHidden = hasHidden(query);
      const warnings = [
        ...(isHidden ? ['The query holds characters that can’t be seen; they are shown as escapes. They could carry text of yours.'] : []),
        ...(isLong ? [`The query carries ${query.length} characters to ${host}. Look for text of yours in it.`] : []),
        ...(base.startsWith('http:') ? ['The connection is not encrypted: others on the way can read the query.'] : []),
      ];
      return {
        verdict: 'ask',
        risk: 'low',
        rule: isHidden ? 'search.hidden-characters' : isLong ? 'search.long-query' : 'search.ask-provider',
        reason: `Searching tells ${provider.label} (${host}) the query, word for word, and brings outside text into the conversation.`,
        ...(warnings.length > 0 && { warnings }),
        ...(trusted && !isLong && !isHidden && { grant: { key: `search:${base}`, label: `Search the web with ${provider.label} (${host})` } }),
      };
    },
  };
}
