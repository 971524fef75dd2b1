import type { Decision } from '../decision.js';
import type { PathOperation } from '../subject.js';
import type { PathEntry } from './path-fs.js';
import type { AbsolutePath } from './path-style.js';

/** What lies at a path can speak against it, whatever its name: devices, and files that also have another name. */
export function judgeEntry({ entry, path, operation, shown }: {
  readonly entry: PathEntry | undefined;
  readonly path: AbsolutePath;
  readonly operation: PathOperation;
  readonly shown: string;
}): Decision | undefined {
  const [top = ''] = path.segments;
  if (entry?.kind === 'special' || (path.root === '/' && ['proc', 'sys', 'dev'].includes(top))) {
    return {
      verdict: 'deny',
      risk: 'high',
      rule: 'path.special-file',
      reason: `${shown} is a device, a pipe, a socket or a process file, not an ordinary file.`,
      next: 'Use an ordinary file.',
    };
  }
  if (entry?.kind === 'file' && entry.links > 1) {
    return {
      verdict: 'ask',
      risk: operation === 'write' ? 'high' : 'medium',
      rule: 'path.hard-link',
      reason: `${shown} has a second name (a hard link), which may lie outside the workspace.`,
      warnings: ['The same file is also reachable under another name, maybe outside the workspace.'],
    };
  }
  return undefined;
}
