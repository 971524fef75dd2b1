import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createPathGuard } from '../../../src/policy/path/path-guard.js';
import type { Files } from '../../../src/ports/files.js';
import { createFiles } from '../../../src/workspace/files.js';
import { canAnchor } from '../../../src/workspace/open-folder.js';

export interface TestFolder {
  readonly workspace: string;
  readonly outside: string;
  readonly dirty: Map<string, string>;
  readonly files: Files;
  /** Writes a file below the workspace, parent folders included, and returns its absolute path. */
  put(name: string, content: string | Uint8Array): string;
  dispose(): void;
}

/** A real workspace folder with guarded access to it, and a folder beside it. */
export function makeTestFolder({ anchored = canAnchor, ripgrepPath }: { anchored?: boolean; ripgrepPath?: string } = {}): TestFolder {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'axon-files-')));
  const workspace = path.join(root, 'workspace');
  const outside = path.join(root, 'outside');
  mkdirSync(workspace);
  mkdirSync(outside);
  const roots = { folders: () => [{ name: 'workspace', path: workspace }], writable: () => [workspace] };
  const dirty = new Map<string, string>();
  const files = createFiles({ guard: createPathGuard({ roots }), roots, documents: { dirtyText: (name) => dirty.get(name) }, ripgrepPath, anchored });
  return {
    workspace,
    outside,
    dirty,
    files,
    put(name, content) {
      const at = path.join(workspace, name);
      mkdirSync(path.dirname(at), { recursive: true });
      writeFileSync(at, content);
      return at;
    },
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}
