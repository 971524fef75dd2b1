import type { HistoryEntry } from './history.js';
import { newId } from './ids.js';
import { notice } from './notice.js';
import type { Run } from './run.js';
import { contextOf, costOf, isStopped } from './run.js';
import { estimateRequest } from './stream-answer.js';
import { summarise, summaryEntry } from './summary.js';
import { estimateMessage } from './tokens.js';

/** Share of the context from which on room is made. The rest is for the answer and for what the estimate misses. */
const full = 0.75;
/** Share of the context that the newest turns may keep; when the model itself said that it is too much, of the history. */
const kept = 0.3;
/** Less than this share of the history is not worth a summary. */
const worthwhile = 0.2;

/**
 * Replaces the older part of the history by a summary when the next request would fill the context, and says so. Answers
 * stay together with the results of their calls. `forced`: the model said that the request is too long. Returns whether
 * there is more room now.
 */
export async function makeRoom(run: Run, forced: boolean): Promise<boolean> {
  const before = run.scale.apply(estimateRequest(run));
  if (!forced && before <= contextOf(run.model) * full) return false;
  const from = firstKept(run, kept * (forced ? Math.min(before, contextOf(run.model)) : contextOf(run.model)));
  const older = run.history.slice(0, from);
  const newer = run.history.slice(from);
  const olderTokens = run.scale.apply(sumOf(older));
  const first = newer[0];
  if (!first || olderTokens < before * worthwhile) return false;
  await run.tell(notice(run.clock, 'info', 'The conversation nearly fills what the model can read; its older part is being summarised.'));
  const summary = await summarise(run, older, newer);
  if (isStopped(run)) return false;
  const id = newId('summary');
  const entry = summaryEntry(id, summary.text);
  const after = before - olderTokens + run.scale.apply(estimateMessage(entry.message));
  if (after >= before) return false;
  run.history = [entry, ...newer];
  const cost = summary.usage && costOf(run.model, summary.usage);
  await run.tell({
    type: 'compacted', id, at: run.clock.now(), summary: summary.text, keptFrom: first.id, tokensBefore: before, tokensAfter: after,
    ...(summary.usage && { usage: summary.usage }), ...(cost !== undefined && { cost }),
  });
  return true;
}

/**
 * Index of the first entry to keep: the newest groups (a message of the person; an answer with its results) of at most
 * `most` tokens together, at least one. The guide reads its orders from the person's last message, so for it that one always stays.
 */
function firstKept(run: Run, most: number): number {
  const { history, model } = run;
  let from = history.length;
  let sum = 0;
  for (let at = history.length - 1; at >= 0; at--) {
    const entry = history[at];
    if (!entry) break;
    sum += run.scale.apply(estimateMessage(entry.message));
    if (sum > most && from < history.length) break;
    if (entry.message.role !== 'tool') from = at;
  }
  const lastUser = history.findLastIndex((each) => each.message.role === 'user');
  return model.isLanguageModel || lastUser === -1 ? from : Math.min(from, lastUser);
}

function sumOf(entries: readonly HistoryEntry[]): number {
  return entries.reduce((sum, each) => sum + estimateMessage(each.message), 0);
}
