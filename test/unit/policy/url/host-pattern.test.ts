import { describe, expect, it } from 'vitest';
import { isAllowedHost } from '../../../../src/policy/url/host-pattern.js';

describe('a list of hosts that may be fetched', () => {
  it('means nothing by an entry that is no host', () => {
    for (const entry of ['', '*.', 'a b', 'a:1', '[', 'a/b']) for (const name of ['undefined', 'a.undefined', 'a', 'a.']) expect(isAllowedHost(name, [entry]), `${name} in ${entry}`).toBe(false);
  });
});
