import { describe, expect, it } from 'vitest';
import { explainEnd } from '../../../../src/sandbox/swarm/run-end.js';

const ended = (exitCode: number) => ({ type: 'ended', exitCode }) as const;
const memory = 256 * 1024 * 1024;

describe('explainEnd', () => {
  it('believes the shell that watched the program', () => {
    expect(explainEnd(ended(0), { exitCode: 0 }, 100, 10)).toEqual({ ended: 'exited', exitCode: 0 });
    expect(explainEnd(ended(0), { exitCode: 3 }, 100, 10)).toEqual({ ended: 'exited', exitCode: 3 });
    expect(explainEnd({ type: 'lost', why: 'gone' }, { exitCode: 3 }, 100, 10)).toEqual({ ended: 'exited', exitCode: 3 });
    expect(explainEnd(ended(0), undefined, 100, 10)).toMatchObject({ ended: 'killed', reason: 'the shell that watches it did not tell how it ended' });
  });

  it('tells time from memory from other kills, and says when it can’t know', () => {
    expect(explainEnd(ended(0), { exitCode: 137, peakMemory: memory }, 9_800, 10)).toEqual({ ended: 'timeout', exitCode: null });
    expect(explainEnd(ended(0), { exitCode: 137, peakMemory: memory - 4096 }, 3_000, 10)).toEqual({ ended: 'out-of-memory', exitCode: 137 });
    expect(explainEnd(ended(0), { exitCode: 137, peakMemory: memory / 2 }, 3_000, 10)).toEqual({ ended: 'killed', exitCode: 137, reason: 'a kill signal ended it' });
    expect(explainEnd(ended(0), { exitCode: 137 }, 3_000, 10)).toMatchObject({ ended: 'killed', reason: expect.stringContaining('a swarm doesn’t tell') as string });
  });

  it('has a reason for what was ended from outside', () => {
    expect(explainEnd({ type: 'lost', why: 'its node went down' }, undefined, 100, 10)).toEqual({ ended: 'killed', exitCode: null, reason: 'its node went down' });
    expect(explainEnd({ type: 'unread' }, undefined, 3_000, 10)).toMatchObject({ ended: 'killed', reason: 'it printed more than its node could hand over' });
    expect(explainEnd({ type: 'unread' }, undefined, 9_800, 10)).toEqual({ ended: 'timeout', exitCode: null });
    expect(explainEnd({ type: 'unread' }, { exitCode: 2 }, 3_000, 10)).toEqual({ ended: 'exited', exitCode: 2 });
    expect(explainEnd({ type: 'timeout' }, undefined, 15_000, 10)).toEqual({ ended: 'timeout', exitCode: null });
    expect(explainEnd({ type: 'flood', of: '8 MB' }, undefined, 100, 10)).toMatchObject({ ended: 'killed', reason: 'it printed more than 8 MB' });
    expect(explainEnd(ended(125), undefined, 100, 10)).toEqual({ ended: 'killed', exitCode: null, reason: 'it could not be begun; its container ended with exit code 125' });
    expect(explainEnd(ended(255), undefined, 100, 10)).toMatchObject({ ended: 'killed', reason: 'its node’s engine ended it' });
  });
});
