import type { AxonError } from '../errors.js';
import type { Decision } from '../policy/decision.js';
import type { ApprovalResolution } from './approval.js';
import type { CallOutcome } from './call.js';

/** What the model and the person are told of a call that did not run. Each says why, the rule's name, and what to do instead. */

export const outcomeOfStop: CallOutcome = { state: 'stopped', text: 'Stopped by the person.' };

/** The approval or permission was for something that is no longer there. */
export const outcomeOfChange: CallOutcome = {
  state: 'denied',
  text: 'What this call touches is no longer what was asked about, so it was not run. Call the tool again to have it judged anew.',
  rule: 'call.changed',
  next: 'Ask again: it will be judged as it is now.',
};

export function outcomeOfDenial(decision: Decision): CallOutcome {
  const next = decision.next ? ` ${decision.next}` : '';
  return {
    state: 'denied',
    text: `Refused by the policy (rule ${decision.rule}): ${decision.reason}${next} Do not try to get around this; choose another way or ask the person.`,
    rule: decision.rule,
    ...(decision.next && { next: decision.next }),
  };
}

export function outcomeOfInvalid(reason: string, rule: string): CallOutcome {
  return { state: 'invalid', text: `${reason} Correct the call and try again.`, rule };
}

export function outcomeOfRejection(resolution: Extract<ApprovalResolution, { type: 'deny' | 'timeout' | 'stopped' }>): CallOutcome {
  switch (resolution.type) {
    case 'stopped':
      return outcomeOfStop;
    case 'timeout':
      return { state: 'rejected', text: 'Nobody answered in time, so the call was denied.', rule: 'approval.timeout' };
    case 'deny':
      return {
        state: 'rejected',
        text: resolution.note ? `The person denied this call and says: ${resolution.note}` : 'The person denied this call. Ask what they want instead.',
        rule: 'approval.denied',
      };
  }
}

export function outcomeOfUnrecorded(error: AxonError): CallOutcome {
  return {
    state: 'failed',
    text: `Not run, because it could not be recorded: ${error.message}`,
    rule: 'audit.unavailable',
    ...(error.next && { next: error.next }),
  };
}
