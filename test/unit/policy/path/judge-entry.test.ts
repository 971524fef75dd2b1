import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeEntry } from '../../../../src/policy/path/judge-entry.js';
import type { PathEntry } from '../../../../src/policy/path/path-fs.js';
import { createPathGuard } from '../../../../src/policy/path/path-guard.js';
import type { PathOperation } from '../../../../src/policy/subject.js';

const judge = (entry: PathEntry | undefined, segments: readonly string[] = ['ws', 'a'], operation: PathOperation = 'read', root = '/') =>
  judgeEntry({ entry, path: { root, segments }, operation, shown: 'a' });

describe('what lies at a path', () => {
  it('[P11] is refused when it is a device, a pipe or a socket, wherever it lies', () => {
    for (const operation of ['read', 'write', 'list', 'search'] as const) {
      expect(judge({ kind: 'special', links: 1 }, ['ws', 'a'], operation)).toMatchObject({ verdict: 'deny', risk: 'high', rule: 'path.special-file', next: 'Use an ordinary file.' });
    }
    expect(judge({ kind: 'special', links: 1 }, ['ws', 'a'], 'read', 'C:\\')?.verdict).toBe('deny');
  });

  it('is refused below the system’s own folders, whatever it looks like', () => {
    for (const top of ['proc', 'sys', 'dev']) expect(judge({ kind: 'file', links: 1 }, [top, 'a'])).toMatchObject({ verdict: 'deny', rule: 'path.special-file' });
    expect(judge({ kind: 'file', links: 1 }, ['ws', 'proc'])).toBeUndefined();
    expect(judge({ kind: 'file', links: 1 }, ['dev', 'a'], 'read', 'C:\\')).toBeUndefined();
    expect(judge({ kind: 'folder', links: 1 }, [])).toBeUndefined();
  });

  it('asks about a file with a second name, riskier for writing, and never about a folder', () => {
    expect(judge({ kind: 'file', links: 2 })).toMatchObject({ verdict: 'ask', risk: 'medium', rule: 'path.hard-link', warnings: [expect.stringContaining('another name')] });
    expect(judge({ kind: 'file', links: 2 }, ['ws', 'a'], 'write')).toMatchObject({ verdict: 'ask', risk: 'high' });
    expect(judge({ kind: 'folder', links: 9 })).toBeUndefined();
    expect(judge({ kind: 'file', links: 1 })).toBeUndefined();
    expect(judge(undefined)).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('[P11] is refused when it is a pipe in the workspace, before anything waits for it', async () => {
    const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'axon-pipe-')));
    try {
      execFileSync('mkfifo', [path.join(folder, 'pipe')]);
      const guard = createPathGuard({ roots: { folders: () => [{ name: 'w', path: folder }], writable: () => [folder] } });
      expect((await guard.check('pipe', 'read')).decision).toMatchObject({ verdict: 'deny', rule: 'path.special-file' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
