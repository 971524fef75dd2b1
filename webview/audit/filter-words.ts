import type { Facets, Filter } from '../../src/protocol/audit.js';
import { decisionName, eventName, shortName } from './names.js';
import { roughTime, timeSpan } from './times.js';

/** A session as a person knows it: by its title, else by the end of its id. */
export function sessionName(id: string, facets: Facets | undefined, most = 60): string {
  const title = facets?.sessions.find((each) => each.id === id)?.title;
  return title === undefined || title === '' ? shortName(id, 24) : shortName(title, most);
}

/** The filter as a sentence: `Refused events of shell_execute by assistant that mention “docker”, since 22 Nov 2026`. */
export function filterWords(filter: Filter, facets: Facets | undefined): string {
  const { type, tool, agent, decision, rule, sessionId, text, from, to } = filter;
  const words = [
    type === undefined ? 'events' : `“${eventName(type).name}” events`,
    tool !== undefined && `of ${shortName(tool)}`,
    agent !== undefined && `by ${shortName(agent)}`,
    sessionId !== undefined && `in the session “${sessionName(sessionId, facets)}”`,
    decision !== undefined && `decided “${decisionName(decision)}”`,
    rule !== undefined && `under the rule ${shortName(rule)}`,
    text !== undefined && `that mention “${shortName(text)}”`,
    from !== undefined && to !== undefined && `from ${timeSpan(from, to)}`,
    from !== undefined && to === undefined && `since ${roughTime(from)}`,
    from === undefined && to !== undefined && `until ${roughTime(to)}`,
  ].filter((each) => each !== false);
  return words.length === 1 && type === undefined ? 'All events' : upper(words.join(' '));
}

/** How many ways of narrowing are in use. */
export function narrowings({ from, to, ...rest }: Filter): number {
  return Object.values(rest).filter((value) => value !== undefined).length + (from !== undefined || to !== undefined ? 1 : 0);
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
