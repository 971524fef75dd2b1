import type { Item } from '../../protocol/transcript.js';
import { newCallItem } from '../call-item.js';
import type { HistoryEntry } from '../history.js';
import { answerEntry, heal, noResult, resultEntry, userEntry } from '../history.js';
import { summaryEntry } from '../summary.js';
import { compactedNotice } from '../transcript.js';
import { Totals } from '../totals.js';
import type { Entry } from './entry.js';
import { restoredCall } from './record.js';

/** A conversation as it was left. */
export interface Rebuilt {
  readonly items: readonly Item[];
  readonly history: readonly HistoryEntry[];
  readonly totals: Totals;
  /** Id of the agent that was active last, where one was chosen. */
  readonly agent: string | undefined;
  /** What its calls read from outside, oldest first. */
  readonly outside: readonly { readonly source: string; readonly at: number }[];
}

/**
 * Makes page and history from the lines of a file. A call that has no line of its own was open when the window closed: it
 * is shown as stopped, and the model is told so.
 */
export function rebuild(entries: readonly Entry[]): Rebuilt {
  const ended = new Map(entries.flatMap((each) => (each.type === 'call' ? [[each.item.id, each] as const] : [])));
  const items: Item[] = [];
  const totals = new Totals();
  let history: HistoryEntry[] = [];
  let agent: string | undefined;
  for (const entry of entries) {
    switch (entry.type) {
      case 'user':
        items.push(entry.item);
        history.push(userEntry(entry.item.id, entry.item.text));
        break;
      case 'answer': {
        const { item, calls } = entry;
        items.push({ ...item, streaming: false });
        totals.add(item.usage, item.cost);
        const answer = answerEntry(item.id, item.text, calls);
        if (answer) history.push(answer);
        for (const call of calls) {
          const end = ended.get(call.id);
          items.push(end ? restoredCall(end) : { ...newCallItem(call, item.at), state: 'stopped', output: noResult });
          if (end) history.push(resultEntry(call, { state: end.item.state === 'done' ? 'done' : 'failed', text: end.text }));
        }
        break;
      }
      case 'call':
        // Placed behind its answer already: calls that ran side by side may end in any order.
        break;
      case 'notice':
        items.push(entry.item);
        break;
      case 'compacted': {
        items.push(compactedNotice(entry));
        totals.add(entry.usage, entry.cost);
        const from = history.findIndex((each) => each.id === entry.keptFrom);
        history = [summaryEntry(entry.id, entry.summary), ...(from === -1 ? [] : history.slice(from))];
        break;
      }
      case 'agent':
        agent = entry.agent;
        break;
    }
  }
  const outside = items.flatMap((item) => (item.kind === 'call' && item.outside !== undefined ? [{ source: item.outside, at: item.startedAt ?? item.at }] : []));
  return { items, history: heal(history), totals, agent, outside };
}
