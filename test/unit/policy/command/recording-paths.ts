import type { PathCheck, PathChecker } from '../../../../src/policy/path/path-check.js';

export interface RecordingPaths extends PathChecker {
  /** `operation path`, with the folder it starts from where that isn't `/w`, and `locked` where nothing may be configured. */
  readonly asked: string[];
}

type Kind = 'file' | 'folder' | 'gone';

/**
 * Locates every path by its text. `there` says what lies where, by the name in `/w`; what isn't named is gone. A path
 * below `secret` is denied, one named `config` asks.
 */
export function recordingPaths(there: Readonly<Record<string, Kind>> = {}): RecordingPaths {
  const asked: string[] = [];
  return {
    asked,
    async check(path, operation, { base = '/w', mayConfigure = true } = {}): Promise<PathCheck> {
      asked.push(`${operation} ${path}${base === '/w' ? '' : ` from ${base}`}${mayConfigure ? '' : ' locked'}`);
      const resolved = path === '.' ? base : path.startsWith('/') ? path : `${base}/${path}`;
      const relative = resolved === '/w' ? '.' : resolved.replace('/w/', '');
      if (relative.split('/').includes('secret')) return { decision: { verdict: 'deny', risk: 'high', rule: 'path.sensitive', reason: `${path} is a secret.`, next: 'Leave it.' } };
      if (relative.split('/').includes('..')) return { decision: { verdict: 'deny', risk: 'medium', rule: 'path.outside-workspace', reason: `${path} is outside.` } };
      const at = { folder: '/w', given: '/w', name: relative };
      const kind = there[relative] ?? (relative === '.' ? 'folder' : 'gone');
      const asks = relative.endsWith('config');
      return {
        decision: asks ? { verdict: 'ask', risk: 'critical', rule: 'path.config', reason: 'It can run code.', warnings: ['It starts by itself.'] } : { verdict: 'allow', risk: 'low', rule: 'path.read', reason: 'Fine.', warnings: ['Nobody needs to know.'] },
        resolved,
        relative,
        names: { real: [at], written: [at] },
        ...(kind !== 'gone' && { kind }),
      };
    },
  };
}
