import { describe, expect, it } from 'vitest';
import { AuditPageMemory } from '../../../src/vscode/audit-page-memory.js';

function memento(): { readonly values: Map<string, unknown>; keys(): readonly string[]; get(name: string): undefined; update(name: string, value: unknown): Promise<void> } {
  const values = new Map<string, unknown>();
  return {
    values,
    keys: () => [...values.keys()],
    get: (name) => values.get(name) as undefined,
    update: (name, value) => Promise.resolve(void values.set(name, value)),
  };
}

describe('what the audit page showed', () => {
  it('is there for the next page, until it is forgotten', () => {
    const state = memento();
    new AuditPageMemory(state).keep({ filter: { tool: 'file_read' }, chart: 'bars', selected: 'journal.1' });
    const memory = new AuditPageMemory(state);
    expect(memory.kept).toEqual({ filter: { tool: 'file_read' }, chart: 'bars', selected: 'journal.1' });
    memory.keep(undefined);
    expect(memory.kept).toBeUndefined();
  });

  it('is left out when it is not what this version keeps', () => {
    const state = memento();
    for (const strange of [null, 5, 'x', { filter: {} }, { filter: { from: 'now' }, chart: 'bars' }, { filter: {}, chart: 'bars', selected: '<b>' }, { filter: { text: 'x'.repeat(1_000) }, chart: 'bars' }]) {
      state.values.set('axon.auditPage', strange);
      expect(new AuditPageMemory(state).kept).toBeUndefined();
    }
  });

  it('may fail to be kept without a fault', async () => {
    const state = { ...memento(), update: () => Promise.reject(new Error('full')) };
    new AuditPageMemory(state).keep({ filter: {}, chart: 'bars' });
    await new Promise(setImmediate);
    expect(new AuditPageMemory(state).kept).toBeUndefined();
  });
});
