import { sha256 } from '../canonical.js';
import type { FileChange } from '../ports/files.js';
import { count } from './file-output.js';
import type { Preview } from './tool.js';

/** The change of a text, where that is what is shown; everything else is shown as facts. */
export function changeOf(preview: Preview | undefined): FileChange | undefined {
  return preview?.kind === 'change' ? preview.change : undefined;
}

/** What of a preview an approval is bound to, as JSON: bytes stand in it as their hash. */
export function boundOf(preview: Preview | undefined): unknown {
  switch (preview?.kind) {
    case undefined:
      return null;
    case 'change':
      return preview.change;
    case 'copy': {
      const { path, bytes, replaces, beforeHash } = preview.copy;
      return { path, bytes: bytes.byteLength, sha256: sha256(bytes), replaces: replaces ?? null, beforeHash: beforeHash ?? null };
    }
    case 'inputs':
      return preview.files.map(({ name, bytes }) => ({ name, bytes: bytes.byteLength, sha256: sha256(bytes) }));
  }
}

/**
 * What is about to be done, a line each; empty where a diff says it. With the whole of each hash for a record, with its
 * beginning for a person who decides.
 */
export function factsOf(preview: Preview | undefined, hashes: 'whole' | 'short' = 'whole'): readonly string[] {
  const hashOf = (bytes: Uint8Array): string => (hashes === 'whole' ? sha256(bytes) : `${sha256(bytes).slice(0, 12)}…`);
  switch (preview?.kind) {
    case undefined:
    case 'change':
      return [];
    case 'copy': {
      const { path, bytes, replaces } = preview.copy;
      return [`${replaces === undefined ? 'New file' : `Replaces the file (${count(replaces, 'byte')}) at`} ${path}: ${preview.what}, ${count(bytes.byteLength, 'byte')}, SHA-256 ${hashOf(bytes)}`];
    }
    case 'inputs':
      return preview.files.map(({ name, bytes }) => `Given to the program: ${name}, ${count(bytes.byteLength, 'byte')}, SHA-256 ${hashOf(bytes)}`);
  }
}
