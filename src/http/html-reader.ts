import { Worker } from 'node:worker_threads';
import { AxonError } from '../errors.js';
import type { PageText } from './whole-page.js';

/** Makes text of a page. Rejects with `AxonError`. */
export type ReadHtml = (html: string, signal: AbortSignal) => Promise<PageText>;

export interface HtmlReaderOptions {
  /** The bundled `html-worker`. */
  readonly workerFile: string;
  /** For the article, once the plain text is there. */
  readonly milliseconds?: number;
}

/** The plain text takes a second at most, but for machines that are very busy. */
const plainMilliseconds = 15_000;

type Message = { readonly type: 'whole'; readonly page: PageText } | { readonly type: 'article'; readonly article: string | undefined };

/**
 * Reads pages on a thread that has no environment and little memory, and is ended after some seconds. A page that is made to
 * hang a parser, or to fill its memory, costs its article and nothing else: the plain text is made first, and simply.
 */
export function createHtmlReader({ workerFile, milliseconds = 4_000 }: HtmlReaderOptions): ReadHtml {
  return (html, signal) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(workerFile, {
        workerData: { html }, env: {}, execArgv: [], stdin: false, stdout: true, stderr: true,
        resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
      });
      let page: PageText | undefined;
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        void worker.terminate();
        if (signal.aborted) reject(new AxonError('cancelled', 'The page was stopped.'));
        else if (page) resolve(page);
        else reject(new AxonError('limit', 'No text could be made of the page.', 'Fetch another page.'));
      };
      let timer = setTimeout(end, plainMilliseconds);
      signal.addEventListener('abort', end, { once: true });
      worker.on('message', (message: Message) => {
        if (message.type === 'whole') {
          page = message.page;
          clearTimeout(timer);
          timer = setTimeout(end, milliseconds);
          return;
        }
        if (page && message.article !== undefined) page = { ...page, article: message.article };
        end();
      });
      worker.on('error', end);
      worker.on('exit', end);
      if (signal.aborted) end();
    });
}
