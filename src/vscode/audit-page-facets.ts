import { cutEnd } from '../agent/cut.js';
import type { AuditFacets, Facet } from '../audit/facets.js';
import { limits, type Facets } from '../protocol/audit.js';

/** What the page offers to filter by. */
export function facetsOf(facets: AuditFacets, titles: ReadonlyMap<string, string>, otherLogs: number): Facets {
  const { tools, agents, rules, decisions, types, sessions, events, earliest, latest } = facets;
  return {
    tools: listOf(tools), agents: listOf(agents), rules: listOf(rules), decisions: listOf(decisions), types: listOf(types),
    sessions: sessions.slice(0, limits.facets).map((each) => {
      const title = titles.get(each.sessionId);
      return { id: each.sessionId, ...(title !== undefined && { title: cutEnd(title, limits.name) }), events: each.events, earliest: each.earliest, latest: each.latest };
    }),
    events,
    ...(earliest !== undefined && { earliest }),
    ...(latest !== undefined && { latest }),
    otherLogs,
  };
}

/** A value longer than any that is kept can't be asked for, so it is not offered. */
function listOf(facets: readonly Facet[]): Facet[] {
  return facets.filter(({ value }) => value.length <= limits.name).slice(0, limits.facets);
}
