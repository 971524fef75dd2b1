import type { SandboxLanguage } from '../ports/sandbox.js';
import type { Container } from './container.js';

export interface WarmPoolOptions {
  /** Makes a container that waits for a program of this language. */
  readonly make: (language: SandboxLanguage, signal: AbortSignal) => Promise<Container>;
  /** Milliseconds without use after which nothing is kept ready any more. */
  readonly idle: number;
}

interface Entry {
  readonly container: Promise<Container | undefined>;
  readonly stop: AbortController;
  /** Milliseconds, by Date.now. */
  readonly begun: number;
  isMade: boolean;
}

/** Keeps one container of each language in use started and waiting. Each is used once, or never. */
export class WarmPool {
  readonly #entries = new Map<SandboxLanguage, Entry>();
  /** Settles when those that were replaced are gone. */
  #leaving: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(private readonly options: WarmPoolOptions) {}

  /** Makes one ready, unless one is. What fails is told by the run that would have used it: it makes its own. */
  prepare(language: SandboxLanguage): void {
    if (this.#isClosed) return;
    this.#stayAwake();
    const waiting = this.#entries.get(language);
    if (waiting && Date.now() - waiting.begun < this.options.idle) return;
    // One that waits for ever, asked for now and then and never used, would pass for one that a window left behind.
    if (waiting) this.#leaving = Promise.all([this.#leaving, remove(waiting)]);
    const stop = new AbortController();
    const container = this.options.make(language, stop.signal).catch(() => undefined);
    const entry: Entry = { container, stop, begun: Date.now(), isMade: false };
    this.#entries.set(language, entry);
    void container.then(async (made) => {
      entry.isMade = made !== undefined;
      await made?.ended;
      // One that ended by itself, or with its engine, is of no use.
      if (this.#entries.get(language) !== entry) return;
      this.#entries.delete(language);
      await made?.remove();
    });
  }

  /** Languages for which one waits, started. */
  get ready(): readonly SandboxLanguage[] {
    return [...this.#entries].filter(([, { isMade }]) => isMade).map(([language]) => language);
  }

  /** The one that is ready or being made, for the caller to use and remove; `undefined` when there is none. */
  async take(language: SandboxLanguage, signal: AbortSignal): Promise<Container | undefined> {
    const entry = this.#entries.get(language);
    if (!entry) return undefined;
    this.#entries.delete(language);
    const stop = (): void => entry.stop.abort();
    signal.addEventListener('abort', stop, { once: true });
    try {
      if (signal.aborted) stop();
      return await entry.container;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Removes all that wait. More can be made afterwards. */
  async drop(): Promise<void> {
    clearTimeout(this.#timer);
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all([this.#leaving, ...entries.map(remove)]);
  }

  /** Removes all that wait, and makes no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.drop();
  }

  #stayAwake(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.drop(), this.options.idle);
    this.#timer.unref();
  }
}

async function remove({ container, stop }: Entry): Promise<void> {
  stop.abort();
  await (await container)?.remove();
}
