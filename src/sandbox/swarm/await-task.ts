import { setTimeout as sleep } from 'node:timers/promises';
import type { SwarmEngine, SwarmTask } from './swarm-engine.js';
import { taskNews, type TaskNews } from './task-news.js';

export interface Seen {
  readonly news: TaskNews;
  readonly task: SwarmTask | undefined;
}

/** Milliseconds without an answer after which the manager counts as gone; while a leader is chosen it has none. */
const silence = 5_000;

/**
 * Asks the manager until its news are what is waited for, or so many seconds are over: then the last news are the answer.
 * A manager has no way to tell of a task by itself. Rejects with the manager's error, or an `AbortError`.
 */
export async function awaitTask(swarm: Pick<SwarmEngine, 'tasks'>, service: string, signal: AbortSignal, isIt: (seen: Seen) => boolean, seconds = Infinity): Promise<Seen> {
  const begun = performance.now();
  let heard = begun;
  for (;;) {
    const isLate = performance.now() - begun > seconds * 1000;
    try {
      const tasks = await swarm.tasks(service);
      heard = performance.now();
      const seen = { news: taskNews(tasks), task: tasks[0] };
      if (isLate || isIt(seen)) return seen;
    } catch (error) {
      if (performance.now() - heard > silence) throw error;
    }
    // Most runs are short.
    await sleep(performance.now() - begun < 5_000 ? 100 : 300, undefined, { signal });
  }
}
