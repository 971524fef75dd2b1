import type { Disposable } from '../disposable.js';
import { Emitter } from '../disposable.js';
import type { AnswerResult, ApprovalAnswer, ApprovalRequest, ApprovalResolution, Approvals } from './approval.js';

interface Open {
  readonly request: ApprovalRequest;
  settle(resolution: ApprovalResolution): void;
}

/**
 * Holds every open question. Whatever surface answers first wins; the others learn that it is closed. An id is used once.
 * A request that nobody answers is closed at its `expiresAt`; stopping or disposing closes it as stopped.
 */
export class ApprovalBroker implements Approvals {
  readonly #open = new Map<string, Open>();
  readonly #opened = new Emitter<ApprovalRequest>();
  readonly #closed = new Emitter<{ request: ApprovalRequest; resolution: ApprovalResolution }>();
  #disposed = false;

  constructor(private readonly now: () => number) {}

  get pending(): readonly ApprovalRequest[] {
    return [...this.#open.values()].map((each) => each.request);
  }

  /** Resolves with how the request ended; never rejects. */
  ask(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalResolution> {
    if (this.#disposed || signal.aborted) return Promise.resolve({ type: 'stopped' });
    return new Promise((resolve) => {
      const stop = (): void => settle({ type: 'stopped' });
      const timer = setTimeout(() => settle({ type: 'timeout' }), Math.max(0, request.expiresAt - this.now()));
      const settle = (resolution: ApprovalResolution): void => {
        if (!this.#open.delete(request.id)) return;
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        resolve(resolution);
        this.#closed.fire({ request, resolution });
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#open.set(request.id, { request, settle });
      this.#opened.fire(request);
    });
  }

  answer(id: string, hash: string, answer: ApprovalAnswer): AnswerResult {
    const open = this.#open.get(id);
    if (open?.request.hash !== hash || this.now() >= open.request.expiresAt) return 'stale';
    if (this.now() < open.request.answerableAt && answer.type !== 'deny') return 'too-early';
    if (answer.type === 'allow-session' && !open.request.grant) return 'not-offered';
    open.settle(answer);
    return 'accepted';
  }

  /** Closes a request that a grant given meanwhile covers. */
  cover(id: string): void {
    this.#open.get(id)?.settle({ type: 'covered' });
  }

  denyAll(): number {
    const all = [...this.#open.values()];
    for (const each of all) each.settle({ type: 'deny' });
    return all.length;
  }

  onOpened(listener: (request: ApprovalRequest) => void): Disposable {
    return this.#opened.on(listener);
  }

  onClosed(listener: (closed: { request: ApprovalRequest; resolution: ApprovalResolution }) => void): Disposable {
    return this.#closed.on(listener);
  }

  dispose(): void {
    this.#disposed = true;
    for (const each of [...this.#open.values()]) each.settle({ type: 'stopped' });
  }
}
