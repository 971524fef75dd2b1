import { describe, expect, it } from 'vitest';
import { between, isAlive, taskNews } from '../../../../src/sandbox/swarm/task-news.js';
import type { SwarmTask } from '../../../../src/sandbox/swarm/swarm-engine.js';

const task = (State: string, more: Partial<SwarmTask['Status']> = {}, DesiredState = 'running'): SwarmTask => ({ ID: 't', NodeID: 'n', DesiredState, Status: { State, ...more } });

describe('taskNews', () => {
  it('waits while nothing has begun, and knows the swarm’s reason', () => {
    expect(taskNews([])).toEqual({ type: 'waiting', why: '' });
    for (const state of ['new', 'pending', 'assigned', 'accepted', 'preparing', 'ready', 'starting']) expect(taskNews([task(state)]).type).toBe('waiting');
    expect(taskNews([task('pending', { Err: 'no suitable node (insufficient resources on 3 nodes)' })])).toEqual({ type: 'waiting', why: 'no suitable node (insufficient resources on 3 nodes)' });
  });

  it('tells a program that ended from an engine that could not begin', () => {
    expect(taskNews([task('complete', {}, 'shutdown')])).toEqual({ type: 'ended', exitCode: 0 });
    expect(taskNews([task('failed', { Err: 'task: non-zero exit (3)', ContainerStatus: { ExitCode: 3 } }, 'shutdown')])).toEqual({ type: 'ended', exitCode: 3 });
    expect(taskNews([task('failed', { Err: 'starting container failed: no space left', ContainerStatus: { ExitCode: 0 } }, 'shutdown')])).toEqual({ type: 'refused', why: 'starting container failed: no space left' });
    expect(taskNews([task('rejected', { Err: 'No such image: x' }, 'shutdown')])).toEqual({ type: 'refused', why: 'No such image: x' });
  });

  it('[P18] gives up a task whose node went away, and any second one', () => {
    expect(taskNews([task('running')])).toEqual({ type: 'running' });
    expect(taskNews([task('running', {}, 'shutdown')])).toMatchObject({ type: 'lost', why: 'its node went down, or was taken out of service' });
    expect(taskNews([task('preparing', {}, 'shutdown')])).toMatchObject({ type: 'refused' });
    expect(taskNews([task('running'), task('pending')])).toMatchObject({ type: 'lost' });
    expect(taskNews([task('shutdown')])).toMatchObject({ type: 'lost', why: 'it was stopped from outside' });
    for (const state of ['orphaned', 'remove', 'of another version']) expect(taskNews([task(state)])).toMatchObject({ type: 'lost' });
  });

  it('knows whether code may still run', () => {
    for (const state of ['pending', 'starting', 'running']) expect(isAlive(task(state, {}, 'remove'))).toBe(true);
    for (const state of ['complete', 'failed', 'shutdown', 'rejected', 'orphaned']) expect(isAlive(task(state))).toBe(false);
  });
});

describe('between', () => {
  it('measures by the node’s clock, and not at all where there is none', () => {
    const at = (Timestamp: string) => task('running', { Timestamp });
    expect(between(at('2026-01-01T00:00:00.100Z'), at('2026-01-01T00:00:02.600123456Z'))).toBe(2500);
    expect(between(at('2026-01-01T00:00:02Z'), at('2026-01-01T00:00:00Z'))).toBeUndefined();
    expect(between(task('running'), at('2026-01-01T00:00:00Z'))).toBeUndefined();
    expect(between(undefined, undefined)).toBeUndefined();
  });
});
