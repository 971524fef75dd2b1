import { describe, expect, it } from 'vitest';
import type { FileChange, FileCopy } from '../../../src/ports/files.js';
import type { Ports } from '../../../src/ports/ports.js';
import { resultSave } from '../../../src/tools/result-save.js';
import { portsWith, runContext } from './fake-files.js';

const args = { run: '0123456789ab', file: 'figure-1.png', path: 'docs/plot.png' };

function setup(bytes: Uint8Array): { readonly ports: Ports; readonly applied: unknown[]; readonly asked: unknown[] } {
  const applied: unknown[] = [];
  const asked: unknown[] = [];
  const files = portsWith({
    planWrite: async (path, text): Promise<FileChange> => ({ path, before: undefined, after: text, beforeHash: undefined, encoding: 'utf-8' }),
    planCopy: async (path, content): Promise<FileCopy> => ({ path, bytes: content, replaces: undefined, beforeHash: undefined }),
    apply: async (change) => void applied.push(change),
  });
  return { applied, asked, ports: { ...files, results: { ...files.results, read: async (...given) => { asked.push(given); return { name: given[2], bytes }; } } } };
}

describe('result_save', () => {
  it('is a write like any other', () => {
    expect(resultSave).toMatchObject({ effect: 'write', risk: 'medium', approval: 'grantable' });
    expect(resultSave.subjects(args)).toEqual([{ kind: 'path', operation: 'write', path: 'docs/plot.png' }]);
    expect(resultSave.title(args)).toBe('Save the result figure-1.png as docs/plot.png');
  });

  it('[P4] shows a text as a change, and bytes that are none as a file, and writes what was shown', async () => {
    for (const [bytes, shown] of [[Buffer.from('a,b\r\n'), { kind: 'change', change: { after: 'a,b\r\n' } }], [Buffer.from([0x89, 0x50, 0, 255]), { kind: 'copy', copy: { path: 'docs/plot.png' } }]] as const) {
      const { ports, applied, asked } = setup(bytes);
      const preview = await resultSave.preview?.(args, ports, runContext());
      expect(preview).toMatchObject(shown);
      expect(asked).toEqual([['s', '0123456789ab', 'figure-1.png']]);
      const result = await resultSave.run(args, ports, runContext(preview));
      expect(result.text).toContain('Saved docs/plot.png');
      expect(applied).toEqual([preview?.kind === 'change' ? preview.change : preview?.kind === 'copy' && preview.copy]);
    }
  });

  it('[P4] writes nothing that was not shown', async () => {
    await expect(resultSave.run(args, setup(Buffer.from('x')).ports, runContext())).rejects.toMatchObject({ code: 'stale' });
    await expect(resultSave.run(args, setup(Buffer.from('x')).ports, runContext({ kind: 'inputs', files: [] }))).rejects.toMatchObject({ code: 'stale' });
  });
});
