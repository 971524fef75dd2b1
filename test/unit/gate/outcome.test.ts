import { describe, expect, it } from 'vitest';
import { AxonError } from '../../../src/errors.js';
import { outcomeOfChange, outcomeOfDenial, outcomeOfInvalid, outcomeOfRejection, outcomeOfStop, outcomeOfUnrecorded } from '../../../src/gate/outcome.js';
import { asks } from './fixture.js';

describe('what the model is told of a call that did not run', () => {
  it('names the rule, the reason and what to do instead', () => {
    const decision = { ...asks('path.outside'), verdict: 'deny' as const, reason: 'It is outside.' };
    expect(outcomeOfDenial(decision)).toEqual({
      state: 'denied', rule: 'path.outside',
      text: 'Refused by the policy (rule path.outside): It is outside. Do not try to get around this; choose another way or ask the person.',
    });
    expect(outcomeOfDenial({ ...decision, next: 'Stay inside.' })).toMatchObject({ next: 'Stay inside.', text: expect.stringContaining('It is outside. Stay inside. Do not') as string });
  });

  it('says of a rejection whether it was a person, and passes their word on', () => {
    expect(outcomeOfRejection({ type: 'deny', note: 'use yarn' })).toEqual({ state: 'rejected', rule: 'approval.denied', text: 'The person denied this call and says: use yarn' });
    expect(outcomeOfRejection({ type: 'deny' })).toEqual({ state: 'rejected', rule: 'approval.denied', text: 'The person denied this call. Ask what they want instead.' });
    expect(outcomeOfRejection({ type: 'timeout' })).toEqual({ state: 'rejected', rule: 'approval.timeout', text: 'Nobody answered in time, so the call was denied.' });
    expect(outcomeOfRejection({ type: 'stopped' })).toEqual({ state: 'stopped', text: 'Stopped by the person.' });
    expect(outcomeOfStop.text).toBe('Stopped by the person.');
  });

  it('says what to correct, and what to ask again', () => {
    expect(outcomeOfInvalid('The path is missing.', 'call.invalid-arguments')).toEqual({ state: 'invalid', rule: 'call.invalid-arguments', text: 'The path is missing. Correct the call and try again.' });
    expect(outcomeOfChange).toMatchObject({ state: 'denied', rule: 'call.changed' });
    expect(outcomeOfChange.text).toContain('was not run');
    expect(outcomeOfChange.next).toContain('Ask again');
  });

  it('[P5] says that what could not be recorded was not run, and how to mend it', () => {
    const full = new AxonError('audit-unavailable', 'The disk is full.', 'Make room.');
    expect(outcomeOfUnrecorded(full)).toEqual({ state: 'failed', rule: 'audit.unavailable', next: 'Make room.', text: 'Not run, because it could not be recorded: The disk is full.' });
    expect(outcomeOfUnrecorded(new AxonError('audit-unavailable', 'No disk.'))).not.toHaveProperty('next');
  });
});
