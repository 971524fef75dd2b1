import { describe, expect, it } from 'vitest';
import type { Grant } from '../../../src/gate/grants.js';
import { Grants } from '../../../src/gate/grants.js';

const grant = (sessionId: string, key: string): Grant => ({ sessionId, key, label: key, tool: 't', at: 0 });
const setup = (...given: readonly Grant[]) => {
  const grants = new Grants();
  given.forEach((each) => grants.add(each));
  let changes = 0;
  grants.onChanged(() => {
    changes++;
  });
  return { grants, changes: () => changes };
};

describe('Grants', () => {
  it('covers the key that was granted, and what names a granted key as one that covers it', () => {
    const { grants } = setup(grant('s', 'read:/a'));
    expect(grants.covers('s', { key: 'read:/a', label: '' })).toBe(true);
    expect(grants.covers('s', { key: 'read:/a/b', coveredBy: ['read:/a', 'read:/'], label: '' })).toBe(true);
    expect(grants.covers('s', { key: 'read:/b', coveredBy: ['read:/'], label: '' })).toBe(false);
  });

  it('covers nothing in another session, and nothing without a key', () => {
    const { grants } = setup(grant('s', 'read:/a'));
    expect(grants.covers('t', { key: 'read:/a', label: '' })).toBe(false);
    expect(grants.covers('s', undefined)).toBe(false);
  });

  it('does not widen: a grant for a folder below covers no folder above', () => {
    const { grants } = setup(grant('s', 'read:/a/b'));
    expect(grants.covers('s', { key: 'read:/a', label: '' })).toBe(false);
  });

  it('covers no more once it is revoked, and tells of it once', () => {
    const { grants, changes } = setup(grant('s', 'a'), grant('s', 'b'));
    expect(grants.revoke({ sessionId: 's', key: 'a' })).toBe(true);
    expect(grants.revoke({ sessionId: 's', key: 'a' })).toBe(false);
    expect(changes()).toBe(1);
    expect(grants.all.map((each) => each.key)).toEqual(['b']);
    expect(grants.covers('s', { key: 'a', label: '' })).toBe(false);
  });

  it('forgets a deleted session’s grants and keeps the others', () => {
    const { grants } = setup(grant('s', 'a'), grant('s', 'b'), grant('t', 'a'));
    grants.forget('s');
    expect(grants.all).toEqual([grant('t', 'a')]);
  });

  it('keeps sessions and keys apart whatever their names run together to', () => {
    const { grants } = setup(grant('s', 'ab'));
    expect(grants.covers('sa', { key: 'b', label: '' })).toBe(false);
  });
});
