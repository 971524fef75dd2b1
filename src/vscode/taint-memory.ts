import type * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { TaintStorage } from '../policy/taint.js';

const stateSchema = z.object({ marks: z.array(z.object({ source: z.string(), at: z.number() })), clearedAt: z.number() });
const name = (sessionId: string): string => `axon.taint.${sessionId}`;

/** Marks of tainted sessions in the editor's own memory: a few short lines a session, nothing for one that was never marked. */
export function taintMemory(memory: vscode.Memento): TaintStorage {
  return {
    load: (sessionId) => {
      const kept = memory.get<unknown>(name(sessionId));
      if (kept === undefined) return { marks: [], clearedAt: 0 };
      const parsed = stateSchema.safeParse(kept);
      // Unreadable marks are still a mark: something was read.
      return parsed.success ? parsed.data : { marks: [{ source: 'an earlier run', at: 0 }], clearedAt: 0 };
    },
    save: (sessionId, state) => void memory.update(name(sessionId), state),
  };
}
