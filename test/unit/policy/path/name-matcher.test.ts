import { describe, expect, it } from 'vitest';
import { configAsCode } from '../../../../src/policy/path/config-as-code.js';
import { internalFiles } from '../../../../src/policy/path/internal-files.js';
import { createNameMatcher } from '../../../../src/policy/path/name-matcher.js';
import { sensitiveFiles } from '../../../../src/policy/path/sensitive-files.js';

const matcher = createNameMatcher([{ patterns: ['.git/**', '*.key', 'a.b'], id: 1 }, { patterns: ['.GIT/hooks/**'], id: 2 }]);

describe('createNameMatcher', () => {
  it('matches whole names at any depth', () => {
    for (const path of ['.git', '.git/config', 'x/.git/hooks/y', 'k.key', 'x/y.key', 'a.b']) expect(matcher([path])).toBeDefined();
    for (const path of ['.github', 'x.git', '.gitx/config', 'k.keys', 'axb', 'a.b/c', 'k.key/x']) expect(matcher([path])).toBeUndefined();
  });

  it('finds other spellings and says that they are', () => {
    for (const path of ['.GIT/config', '.g\u200cit/config', '.\uff47it', 'x/\u212aey.KEY', '.git\u00ad']) expect(matcher([path])?.exact).toBe(false);
    expect(matcher(['.git/config'])?.exact).toBe(true);
  });

  it('prefers a match letter by letter, and looks at every path', () => {
    expect(matcher(['.GIT/hooks/x'])?.entry.id).toBe(2);
    expect(matcher(['plain', 'x/k.key'])?.entry.id).toBe(1);
  });
});

describe('the lists of protected files', () => {
  it('have patterns that the matcher understands, each once in its list, with a reason', () => {
    for (const list of [sensitiveFiles, internalFiles, configAsCode]) {
      const patterns = list.flatMap((entry) => [...entry.patterns]);
      expect(new Set(patterns).size).toBe(patterns.length);
      for (const pattern of patterns) expect(pattern).toMatch(/^(?!\/)(?:(?!\*\*|[{}[\]?!]).)+(?:\/\*\*)?$/);
    }
    for (const entry of [...sensitiveFiles, ...internalFiles]) expect(entry.reason).toMatch(/^[a-z].*[^.]$/);
    for (const entry of configAsCode) expect(entry.is).toMatch(/^[a-z].*[^.]$/);
  });

  it('fold letters whose upper case is longer, as APFS does', () => {
    expect(createNameMatcher(sensitiveFiles)(['.\u00dfh/config'])).toBeDefined();
  });
});
