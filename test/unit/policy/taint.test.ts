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

  it('keeps the newest twenty of what was read, and sessions apart', () => {
    const { taint } = setup();
    for (let page = 1; page <= 25; page++) taint.mark('s', `https://a.example/${page}`);
    expect(taint.marks('s').map((each) => each.source)).toEqual(Array.from({ length: 20 }, (_, index) => `https://a.example/${index + 6}`));
    expect(taint.has('t')).toBe(false);
  });

  it('[P6] does not bring back what was read at the very instant of clearing', () => {
    const { taint } = setup();
    taint.clear('s');
    taint.restore('s', [{ source: 'https://a.example/', at: 1000 }]);
    expect(taint.has('s')).toBe(false);
  });

  it('tells which session changed, and nothing when nothing is missing', () => {
    const { taint } = setup();
    const heard: string[] = [];
    const listening = taint.onChanged((id) => void heard.push(id));
    taint.mark('s', 'https://a.example/');
    taint.restore('s', [{ source: 'https://a.example/', at: 1001 }]);
    taint.restore('s', []);
    expect(heard).toEqual(['s']);
    taint.clear('s');
    listening.dispose();
    taint.mark('t', 'https://a.example/');
    expect(heard).toEqual(['s', 's']);
  });

  it('[P6] restores each thing that is missing beside those that are not', () => {
    const { taint } = setup();
    taint.mark('s', 'https://a.example/');
    taint.restore('s', [{ source: 'https://a.example/', at: 900 }, { source: 'https://b.example/', at: 901 }]);
    expect(taint.marks('s').map((each) => each.source)).toEqual(['https://a.example/', 'https://b.example/']);
  });
});
