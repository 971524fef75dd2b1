import { ModelError } from './model.js';
import { cutStream, type FailureContext, modelFailure } from './model-failure.js';

export interface ConnectionOptions extends FailureContext {
  /** Headers that may leave, lower-case. Whatever an SDK adds about this machine or reads from the environment stays here. */
  readonly allowedHeaders: ReadonlySet<string>;
  /** The header that carries the key. Set here and nowhere else. */
  readonly authorization: readonly [name: string, value: string] | undefined;
  /** Milliseconds without a single byte, keep-alives included, after which the request is given up. */
  readonly idleMilliseconds: number;
  /** The person's stop. */
  readonly signal: AbortSignal;
}

/** One answer may not grow without end: a server that never stops would fill the memory. */
const mostBytes = 64 * 1024 * 1024;
/** Nor one event of it: SDKs put a line together by copying all of it for every piece. */
const mostLineBytes = 8 * 1024 * 1024;
const newline = 10;

/**
 * The network side of one streamed answer. It gives an SDK a `fetch` that looks after what SDKs don't: silence, size,
 * headers, and redirects (which would carry key and conversation to another host, so they are not followed).
 *
 * Underneath is the global `fetch`, looked up at each call, because the editor replaces it with one that knows the
 * company's proxy and certificates.
 */
export class ModelConnection {
  readonly #controller = new AbortController();
  readonly #options: ConnectionOptions;
  #idle: NodeJS.Timeout | undefined;
  #bytes = 0;
  #lineBytes = 0;
  #failure: ModelError | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    if (options.signal.aborted) this.#controller.abort();
    else options.signal.addEventListener('abort', this.#abort, { once: true });
    this.#touch();
  }

  /** Aborted when the person stops, the server falls silent, or the answer grows too long. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const response = await globalThis.fetch(input, { ...init, headers: this.#headers(init.headers), redirect: 'manual' });
    this.#touch();
    if (response.body === null) return response;
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          this.#touch();
          if (this.#isWithinLimits(chunk)) controller.enqueue(chunk);
          else this.#fail(new ModelError('unavailable', `The answer from ${this.#options.server} is longer than any that makes sense`, 'Choose another model.'));
        },
      }),
    );
    return new Response(counted, { status: response.status, statusText: response.statusText, headers: response.headers });
  };

  /** The error to throw for what an SDK threw: a stop is an abort error, our own reason comes before the SDK's. */
  errorFor(thrown: unknown): Error {
    if (this.#options.signal.aborted) return new DOMException('The request was stopped.', 'AbortError');
    return this.#failure ?? modelFailure(thrown, this.#options);
  }

  /** Throws when the stream ended without its end: SDKs end quietly on an abort. */
  checkEnded(ended: boolean): void {
    if (!ended || this.#failure) throw this.errorFor(cutStream(this.#options.server));
  }

  /** Ends the network stream if it is still open. Safe to call twice. */
  close(): void {
    clearTimeout(this.#idle);
    this.#options.signal.removeEventListener('abort', this.#abort);
    this.#controller.abort();
  }

  #isWithinLimits(chunk: Uint8Array): boolean {
    const last = chunk.lastIndexOf(newline);
    this.#bytes += chunk.byteLength;
    this.#lineBytes = last === -1 ? this.#lineBytes + chunk.byteLength : chunk.byteLength - last - 1;
    return this.#bytes <= mostBytes && this.#lineBytes <= mostLineBytes;
  }

  #headers(given: RequestInit['headers']): Headers {
    const headers = new Headers();
    for (const [name, value] of new Headers(given)) if (this.#options.allowedHeaders.has(name)) headers.set(name, value);
    if (this.#options.authorization) headers.set(...this.#options.authorization);
    return headers;
  }

  #touch(): void {
    clearTimeout(this.#idle);
    if (this.#controller.signal.aborted) return;
    const { idleMilliseconds, server } = this.#options;
    this.#idle = setTimeout(() => {
      this.#fail(new ModelError('timeout', `${server} was silent for ${Math.round(idleMilliseconds / 1000)} seconds`, 'Try again, or choose another model.'));
    }, idleMilliseconds);
  }

  #fail(failure: ModelError): void {
    this.#failure ??= failure;
    this.#controller.abort();
  }

  readonly #abort = (): void => this.#controller.abort();
}
