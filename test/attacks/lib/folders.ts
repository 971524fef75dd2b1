import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Two real folders next to each other, with plain names and forward slashes: what a row calls `${workspace}` and `${outside}`. */
export interface Folders {
  readonly workspace: string;
  readonly outside: string;
  dispose(): void;
}

export function makeFolders(): Folders {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'axon-attack-'))).replaceAll('\\', '/');
  const workspace = `${root}/workspace`;
  const outside = `${root}/outside`;
  mkdirSync(workspace);
  mkdirSync(outside);
  return { workspace, outside, dispose: () => rmSync(root, { recursive: true, force: true }) };
}
