import { parentPort, workerData } from 'node:worker_threads';
import { articleOf } from './article.js';
import { wholePage } from './whole-page.js';

/**
 * Reads one page on a thread of its own (`html-reader.ts` starts and, if need be, ends it). The whole text is told first, so
 * that it is there even when the search for the article never ends.
 */
const { html } = workerData as { html: string };
const page = wholePage(html);
parentPort?.postMessage({ type: 'whole', page });
parentPort?.postMessage({ type: 'article', article: articleOf(html) });
