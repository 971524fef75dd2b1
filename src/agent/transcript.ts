import type { ToPage } from '../protocol/chat.js';
import type { AnswerItem, CallItem, Item } from '../protocol/transcript.js';
import { newCallItem, nextCallItem } from './call-item.js';
import { cutMiddle } from './cut.js';
import type { AgentEvent } from './event.js';

/** What the page has to be told after an event. */
export type Increment = Extract<ToPage, { type: 'added' | 'changed' | 'appended' }>;

/**
 * What the chat shows, made from agent events alone: the same events give the same items. Items are replaced, never
 * changed in place, so one that was handed out stays as it was.
 */
export class Transcript {
  readonly #items: Item[];
  readonly #places: Map<string, number>;

  constructor(items: readonly Item[] = []) {
    this.#items = [...items];
    this.#places = new Map(items.map((item, at) => [item.id, at]));
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  /** The newest `count` items before the item with that id (all when undefined), and how many there are before those. */
  page(count: number, before?: string): { items: readonly Item[]; earlier: number } {
    const end = before === undefined ? this.#items.length : (this.#places.get(before) ?? 0);
    const start = Math.max(0, end - count);
    return { items: this.#items.slice(start, end), earlier: start };
  }

  item(id: string): Item | undefined {
    const at = this.#places.get(id);
    return at === undefined ? undefined : this.#items[at];
  }

  apply(event: AgentEvent): readonly Increment[] {
    switch (event.type) {
      case 'user':
        return this.#put({ kind: 'user', id: event.id, at: event.at, text: event.text });
      case 'answer-started': {
        const { id, at, model, isLanguageModel } = event;
        return this.#put({ kind: 'answer', id, at, text: '', model, isLanguageModel, streaming: true, stopped: false });
      }
      case 'answer-text':
        return this.#appendToAnswer(event.id, event.text);
      case 'answer-reset':
        return this.#changeAnswer(event.id, (item) => ({ ...item, text: '' }));
      case 'answer-ended': {
        const { usage, cost, stopped } = event;
        return this.#changeAnswer(event.id, (item) => ({ ...item, streaming: false, stopped, ...(usage && { usage: { ...usage } }), ...(cost !== undefined && { cost }) }));
      }
      case 'call-started':
        return this.#put(newCallItem(event.call, event.at));
      case 'call':
        return this.#progress(event);
      case 'call-allowed-here': {
        const item = this.item(event.id);
        return item?.kind === 'call' && item.mayAllowHere === true ? this.#put({ ...item, allowedHere: true }) : [];
      }
      case 'retrying': {
        const seconds = Math.max(1, Math.round(event.delay / 1000));
        return this.#put({ kind: 'notice', id: event.id, at: event.at, level: 'warning', text: `${event.reason} Trying again in ${seconds} s (try ${event.attempt} of ${event.of}).` });
      }
      case 'compacted':
        return this.#put(compactedNotice(event));
      case 'notice': {
        const { id, at, level, text, next } = event;
        return this.#put({ kind: 'notice', id, at, level, text, ...(next !== undefined && { next }) });
      }
      case 'finished':
        return [];
    }
  }

  #progress({ id, progress }: Extract<AgentEvent, { type: 'call' }>): readonly Increment[] {
    const item = this.item(id);
    if (item?.kind !== 'call') return [];
    const next: CallItem = nextCallItem(item, progress);
    if (progress.type !== 'output') return this.#put(next);
    this.#set(next);
    return [{ type: 'appended', id, text: progress.chunk }];
  }

  #appendToAnswer(id: string, text: string): readonly Increment[] {
    const item = this.item(id);
    if (item?.kind !== 'answer') return [];
    this.#set({ ...item, text: item.text + text });
    return [{ type: 'appended', id, text }];
  }

  #changeAnswer(id: string, change: (item: AnswerItem) => AnswerItem): readonly Increment[] {
    const item = this.item(id);
    return item?.kind === 'answer' ? this.#put(change(item)) : [];
  }

  #put(item: Item): readonly Increment[] {
    return [{ type: this.#set(item) ? 'added' : 'changed', item }];
  }

  /** True when the item is new. */
  #set(item: Item): boolean {
    const at = this.#places.get(item.id);
    if (at !== undefined) {
      this.#items[at] = item;
      return false;
    }
    this.#places.set(item.id, this.#items.push(item) - 1);
    return true;
  }
}

export function compactedNotice(event: { id: string; at: number; summary: string; tokensBefore: number; tokensAfter: number }): Item {
  const sizes = `about ${event.tokensBefore.toLocaleString('en')} tokens, now ${event.tokensAfter.toLocaleString('en')}`;
  return { kind: 'notice', id: event.id, at: event.at, level: 'info', text: `The older part of the conversation was summarised for the model (${sizes}).\n\n${cutMiddle(event.summary, 8_000)}` };
}
