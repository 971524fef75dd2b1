import type { Cursor, Trouble } from './cursor.js';
import { otlpRecord, otlpRequest, type CollectorResource } from './otlp.js';
import type { Outcome } from './outcome.js';
import type { Batch, BatchLimits, Queue, QueuedEvent } from './queue.js';
import { slowWait, waitAfter } from './backoff.js';

export interface SenderOptions {
  readonly queue: Queue;
  readonly resource: CollectorResource;
  /** Sends one message of `count` events; rejects only when `signal` is aborted. */
  readonly post: (body: string, count: number) => Promise<Outcome>;
  readonly limits: BatchLimits;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** What one try did. */
export interface Step {
  readonly cursor: Cursor;
  /** Milliseconds until the next one; 0: there may be more at once. */
  readonly wait: number;
  /** `idle`: there was nothing to send, so what comes in may end the wait early. */
  readonly state: 'sent' | 'idle' | 'trouble';
}

/** How soon what could not be taken yet is looked for again, and what other windows wrote; milliseconds. */
const soon = 1_000;
const nowAndThen = 10_000;
/** Between two messages, so that a long backlog doesn't take the window's whole thread; milliseconds. */
const pause = 20;

/** Takes one batch after the other to the collector, each as small as the collector wants it. */
export class Sender {
  #events: number;
  #failures = 0;

  constructor(private readonly options: SenderOptions) {
    this.#events = options.limits.events;
  }

  /** One batch. What comes back has to be made durable before the next. Rejects with the file system's error. */
  async step(cursor: Cursor): Promise<Step> {
    const batch = await this.#next(cursor, this.#events);
    if (batch.events.length === 0) {
      const passed = batch.after.folded !== cursor.folded;
      return { cursor: batch.after, state: 'idle', wait: passed ? 0 : batch.unsettled ? soon : nowAndThen };
    }
    const outcome = await this.#post(batch.events);
    switch (outcome.kind) {
      case 'accepted':
        return this.#accepted(batch, outcome.rejected, outcome);
      case 'too-large':
      case 'bad-data':
        return this.#smaller(cursor, batch, outcome);
      case 'later':
        this.#failures += 1;
        return this.#trouble(cursor, { message: outcome.message, next: 'It is tried again by itself; nothing is lost.', needsPerson: false }, waitAfter(this.#failures, outcome.after));
      case 'refused':
        return this.#trouble(cursor, { message: outcome.message, next: outcome.next, needsPerson: true }, slowWait());
    }
  }

  #next(cursor: Cursor, events: number): Promise<Batch> {
    return this.options.queue.next(cursor, { ...this.options.limits, events }, this.options.signal);
  }

  #post(events: readonly QueuedEvent[]): Promise<Outcome> {
    const records = events.map(({ record, line }) => JSON.stringify(otlpRecord(record, line)));
    return this.options.post(otlpRequest(this.options.resource, records), events.length);
  }

  #accepted(batch: Batch, rejected: number, { message }: { readonly message: string }): Step {
    const { limits, now } = this.options;
    this.#failures = 0;
    // A little more each time: what is too much for it is refused, and sent twice.
    this.#events = Math.min(limits.events, Math.ceil(this.#events * 1.1));
    const { trouble: _over, ...after } = batch.after;
    const cursor: Cursor = { ...after, sent: after.sent + batch.events.length - rejected, rejected: after.rejected + rejected, sentAt: now() };
    if (rejected === 0) return { cursor, state: 'sent', wait: pause };
    const trouble = { at: now(), message: `It rejected ${rejected} event(s)${message && `: ${message}`}`, next: rejectedNext, needsPerson: true };
    return { cursor: { ...cursor, trouble }, state: 'sent', wait: pause };
  }

  /**
   * Fewer at a time, down to one. One event that is refused while the one behind it is taken is that event's own fault: it
   * would hold up all others for good, so it counts as rejected. When the next is refused, too, it is the collector.
   */
  async #smaller(cursor: Cursor, batch: Batch, outcome: Outcome & { readonly kind: 'too-large' | 'bad-data' }): Promise<Step> {
    if (batch.events.length > 1) {
      this.#events = Math.ceil(batch.events.length / 2);
      return { cursor, state: 'sent', wait: 0 };
    }
    const two = await this.#next(cursor, 2);
    const [, second] = two.events;
    const probed = second && (await this.#post([second]));
    if (probed?.kind === 'accepted' && probed.rejected === 0) return this.#accepted(two, 1, outcome);
    return this.#trouble(cursor, { message: outcome.message, next: 'Check axon.audit.collector.endpoint and the collector’s own log.', needsPerson: true }, slowWait());
  }

  /** It began with its first sign; what changes is how it looks. */
  #trouble(cursor: Cursor, trouble: Omit<Trouble, 'at'>, wait: number): Step {
    const at = cursor.trouble?.at ?? this.options.now();
    return { cursor: { ...cursor, trouble: { ...trouble, at } }, state: 'trouble', wait };
  }
}

const rejectedNext = 'They stay in the log on this machine. Look at the collector’s own log for the reason.';
