import { describe, expect, it } from 'vitest';
import { asksForPrivileges, assertAccepted, unheldLimits } from '../../../../src/sandbox/swarm/unheld-limits.js';

const node = (engineVersion: string) => ({ id: '1', name: 'n', isReady: true, engineVersion });
const names = (apiVersion: string, ...versions: readonly string[]) => unheldLimits({ isManager: true, apiVersion }, versions.map(node)).map((each) => each.name);
const always = ['no-network-device', 'no-log', 'swap', 'files-in-tmp', 'first-to-go', 'cgroup-namespace'];

describe('unheldLimits', () => {
  it('[P18] names no new privileges unless the manager and every node can hold it', () => {
    expect(names('1.41', '20.10.24+dfsg1')).toEqual([...always, 'no-new-privileges']);
    expect(names('1.44', '25.0.0', '20.10.24')).toEqual([...always, 'no-new-privileges']);
    expect(names('1.51', '28.3.0', '')).toEqual([...always, 'no-new-privileges']);
    expect(names('nonsense', '28.3.0')).toEqual([...always, 'no-new-privileges']);
    expect(names('1.44', '25.0.0', '28.3.1')).toEqual(always);
    expect(names('2.0', '30.0.0')).toEqual(always);
    expect(asksForPrivileges({ isManager: true, apiVersion: '1.44' }, [node('25.0.0')])).toBe(true);
  });
});

describe('assertAccepted', () => {
  const unheld = [{ name: 'swap', meaning: 'It swaps.' }, { name: 'no-log', meaning: 'It logs.' }];
  const refusal = (accepted: readonly string[]) => {
    try {
      assertAccepted(unheld, accepted, 'E');
      return undefined;
    } catch (error) {
      return error;
    }
  };

  it('[P18] takes each by its own name, and nothing for several', () => {
    for (const accepted of [[], ['swap'], ['*'], ['all', 'swap'], ['swap,no-log'], ['SWAP', 'NO-LOG'], ['']]) expect(refusal(accepted)).toMatchObject({ code: 'unavailable' });
    expect(refusal(['no-log', 'other', 'swap'])).toBeUndefined();
  });

  it('says what is open and what it means, and all that has to be named', () => {
    expect(refusal(['swap'])).toMatchObject({ message: 'E can’t hold every limit, so code is not run in it. no-log: It logs.', next: 'Who accepts that names each in `axon.sandbox.acceptMissing`: ["swap","no-log"].' });
  });
});
