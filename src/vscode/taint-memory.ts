import type * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { TaintStorage } from '../policy/taint.js';

const marksSchema = z.array(z.object({ source: z.string(), at: z.number() }));
const name = (sessionId: string): string => `axon.taint.${sessionId}`;

/** Marks of tainted sessions in the workspace's own memory: a few short lines a session, nothing for a clean one. */
export function taintMemory(memory: vscode.Memento): TaintStorage {
  return {
    load: (sessionId) => {
      const kept = memory.get<unknown>(name(sessionId));
      if (kept === undefined) return [];
      const parsed = marksSchema.safeParse(kept);
      // Unreadable marks are still a mark: something was read.
      return parsed.success ? parsed.data : [{ source: 'an earlier run', at: 0 }];
    },
    save: (sessionId, marks) => void memory.update(name(sessionId), marks.length > 0 ? marks : undefined),
  };
}
