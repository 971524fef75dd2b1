import { describe, expect, it } from 'vitest';
import type { TaintState } from '../../../src/policy/taint.js';
import { Taint } from '../../../src/policy/taint.js';

const setup = (kept = new Map<string, TaintState>()) => {
  const clock = { now: 1000 };
  const storage = {
    load: (id: string) => kept.get(id) ?? { marks: [], clearedAt: 0 },
    save: (id: string, state: TaintState | undefined) => {
      if (state) kept.set(id, state);
      else kept.delete(id);
    },
  };
  return { kept, clock, taint: new Taint(storage, () => clock.now) };
};

describe('Taint', () => {
  it('[P6] outlives the window', () => {
    const { kept, taint } = setup();
    taint.mark('s', 'https://a.example/');
    expect(setup(kept).taint.marks('s')).toEqual([{ source: 'https://a.example/', at: 1000 }]);
  });

  it('[P6] is made again from the conversation when a crash lost the marks', () => {
    const { taint } = setup();
    taint.restore('s', [{ source: 'https://a.example/', at: 900 }]);
    expect(taint.has('s')).toBe(true);
    taint.restore('s', [{ source: 'https://a.example/', at: 900 }]);
    expect(taint.marks('s')).toHaveLength(1);
  });

  it('does not come back for what was read before the person cleared it', () => {
    const { taint, kept } = setup();
    taint.mark('s', 'https://a.example/');
    taint.clear('s');
    const later = setup(kept).taint;
    later.restore('s', [{ source: 'https://a.example/', at: 900 }]);
    expect(later.has('s')).toBe(false);
    later.restore('s', [{ source: 'https://b.example/', at: 1001 }]);
    expect(later.has('s')).toBe(true);
  });

  it('keeps nothing of a session that was deleted', () => {
    const { taint, kept } = setup();
    taint.mark('s', 'x');
    taint.forget('s');
    expect([...kept]).toEqual([]);
    expect(taint.has('s')).toBe(false);
  });
});
