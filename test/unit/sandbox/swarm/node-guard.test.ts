import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { guardCommand, refusedLimit } from '../../../../src/sandbox/swarm/node-guard.js';

const script = (noNewPrivileges: boolean) => guardCommand({ noNewPrivileges }, '/run/program')[2] ?? '';

describe('guardCommand', () => {
  it('looks at every limit before it reads the program', () => {
    const text = script(true);
    const reads = text.indexOf('< /run/program');
    for (const name of ['user', 'capabilities', 'seccomp', 'no-new-privileges', 'memory', 'pids', 'cpu', 'read-only-root', 'temporary-files', 'network']) {
      expect(text.indexOf(name)).toBeGreaterThan(0);
      expect(text.lastIndexOf(`no ${name}`), name).toBeLessThan(reads);
      expect(refusedLimit(`refused ${name}\n`)).toBeDefined();
    }
    expect(script(false)).not.toContain('no no-new-privileges');
  });

  it.runIf(process.platform === 'linux')('[P18] refuses where nothing is limited, as here', () => {
    const run = (text: string) => execFileSync('/bin/sh', ['-c', `${text.replaceAll('>&2', '')} :`, 'guard', 'python'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    expect(() => run(script(false))).toThrow(expect.objectContaining({ status: 126, stdout: expect.stringMatching(/^refused [a-z-]+\n$/) as string }) as Error);
  });
});

describe('refusedLimit', () => {
  it('takes the guard’s line, and nothing else', () => {
    expect(refusedLimit('refused memory\n')).toBe('the memory limit');
    expect(refusedLimit('refused something-new\n')).toBe('something-new');
    for (const text of ['', 'end 0 5\n', 'refused $(id)\n', 'not refused memory\n']) expect(refusedLimit(text)).toBeUndefined();
  });
});
