import { describe, expect, it } from 'vitest';
import { hasChanged } from '../../../src/gate/has-changed.js';
import { asks } from './fixture.js';

const grant = (key: string) => ({ grant: { key, label: '' } });

describe('hasChanged', () => {
  it('[P4] is true for what is stricter, riskier, newly warned of, or another thing', () => {
    expect(hasChanged({ ...asks('r'), verdict: 'allow' }, asks('r'))).toBe(true);
    expect(hasChanged(asks('r'), asks('r', { risk: 'medium' }))).toBe(true);
    expect(hasChanged(asks('r', { warnings: ['a'] }), asks('r', { warnings: ['a', 'b'] }))).toBe(true);
    expect(hasChanged(asks('r', grant('a')), asks('r', grant('b')))).toBe(true);
  });

  it('[P4] is true when what was asked about as one thing can no longer be named', () => {
    expect(hasChanged(asks('r', grant('a')), asks('r'))).toBe(true);
  });

  it('[P4] is true when what can only be allowed once has come to be something else', () => {
    expect(hasChanged(asks('r', { reason: 'a is code.' }), asks('r', { reason: 'b is code.' }))).toBe(true);
  });

  it('is false for the same, and for what has only become easier', () => {
    expect(hasChanged(asks('r'), asks('other'))).toBe(false);
    expect(hasChanged(asks('r', { risk: 'high', warnings: ['a'] }), asks('r'))).toBe(false);
    expect(hasChanged(asks('r'), { ...asks('r'), verdict: 'allow', reason: 'Your settings approve it.' })).toBe(false);
    expect(hasChanged(asks('r'), asks('r', grant('a')))).toBe(false);
    expect(hasChanged(asks('r', grant('a')), asks('r', grant('a')))).toBe(false);
  });
});
