import { visibleLine } from '../../visible.js';
import type { SwarmTask } from './swarm-engine.js';

/** What the tasks of a run's service say, for whoever waits for it. */
export type TaskNews =
  /** Nothing has begun; `why` is the swarm's own reason. */
  | { readonly type: 'waiting'; readonly why: string }
  | { readonly type: 'running' }
  | { readonly type: 'ended'; readonly exitCode: number }
  /** It never began, and never will. */
  | { readonly type: 'refused'; readonly why: string }
  /** It began, and nobody will tell how it ends. */
  | { readonly type: 'lost'; readonly why: string };

const early = new Set(['new', 'pending', 'assigned', 'accepted', 'preparing', 'ready', 'starting']);

/** Whether its code runs, or may yet. */
export function isAlive({ Status: { State } }: SwarmTask): boolean {
  return State === 'running' || early.has(State);
}

/** The states are those of the engine (Docker Engine API, TaskState). */
export function taskNews(tasks: readonly SwarmTask[]): TaskNews {
  const [task, ...others] = tasks;
  if (!task) return { type: 'waiting', why: '' };
  if (others.length > 0) return { type: 'lost', why: 'the swarm started it a second time, against what it was asked for' };
  const { State: state, Err: words = '', ContainerStatus: container } = task.Status;
  const why = visibleLine(words).slice(0, 300);
  const isGivenUp = task.DesiredState === 'shutdown' || task.DesiredState === 'remove';
  switch (state) {
    case 'running':
      return isGivenUp ? { type: 'lost', why: 'its node went down, or was taken out of service' } : { type: 'running' };
    case 'complete':
      return { type: 'ended', exitCode: 0 };
    case 'failed':
      // Without an exit code it is the engine that failed, before the program began.
      return why.includes('non-zero exit') ? { type: 'ended', exitCode: container?.ExitCode ?? 1 } : { type: 'refused', why };
    case 'rejected':
      return { type: 'refused', why };
    default:
      if (early.has(state)) return isGivenUp ? { type: 'refused', why: why || 'its node went down, or was taken out of service' } : { type: 'waiting', why };
      return { type: 'lost', why: state === 'shutdown' ? 'it was stopped from outside' : `the swarm calls it “${state}”` };
  }
}

/** The node's clock from begin to end, in milliseconds; both ends were told by the same node. */
export function between(begun: SwarmTask | undefined, ended: SwarmTask | undefined): number | undefined {
  const time = Date.parse(ended?.Status.Timestamp ?? '') - Date.parse(begun?.Status.Timestamp ?? '');
  return Number.isNaN(time) || time < 0 ? undefined : time;
}
