import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/policy/decision.js';
import { exceeds, isStricter, risks, strictest, verdicts } from '../../src/policy/decision.js';

const decision: fc.Arbitrary<Decision> = fc.record(
  {
    verdict: fc.constantFrom(...verdicts), risk: fc.constantFrom(...risks), rule: fc.string(), reason: fc.string(),
    warnings: fc.array(fc.string(), { maxLength: 3 }),
    grant: fc.record({ key: fc.constantFrom('a', 'b'), label: fc.string() }),
  },
  { requiredKeys: ['verdict', 'risk', 'rule', 'reason'] },
);

describe('strictest', () => {
  it('[P2] never loosens: adding a layer keeps or tightens verdict, risk, warnings and grant', () => {
    fc.assert(
      fc.property(decision, fc.array(decision, { maxLength: 5 }), decision, (first, rest, added) => {
        const before = strictest(first, ...rest);
        const after = strictest(first, ...rest, added);
        expect(isStricter(before.verdict, after.verdict)).toBe(false);
        expect(exceeds(before.risk, after.risk)).toBe(false);
        expect(after.warnings ?? []).toEqual(expect.arrayContaining([...(before.warnings ?? [])]));
        if (before.verdict === after.verdict && !before.grant) expect(after.grant === undefined || before.verdict !== 'ask').toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('[P2] is as strict as its strictest part, in any order', () => {
    fc.assert(
      fc.property(fc.array(decision, { minLength: 1, maxLength: 6 }), (parts) => {
        const joined = strictest(parts[0]!, ...parts.slice(1));
        const turned = [...parts].reverse();
        expect(strictest(turned[0]!, ...turned.slice(1)).verdict).toBe(joined.verdict);
        for (const part of parts) expect(isStricter(part.verdict, joined.verdict)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('offers no session grant at critical risk', () => {
    fc.assert(fc.property(decision, (each) => strictest({ ...each, risk: 'critical' }).grant === undefined));
  });
});
