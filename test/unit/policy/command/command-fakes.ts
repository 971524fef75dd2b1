import { createRequire } from 'node:module';
import { createCommandGuard, type CommandGuard } from '../../../../src/policy/command/command-guard.js';
import type { LocateWasm } from '../../../../src/policy/command/grammar.js';
import type { PathChecker } from '../../../../src/policy/path/path-check.js';

const require = createRequire(import.meta.url);

export const locateWasm: LocateWasm = (name) => require.resolve(`${name.replace('.wasm', '')}/${name}`);

/** Lets through what stays below `/w` by its text alone; links are the path guard's own tests' business. */
export const fakePaths: PathChecker = {
  async check(path, operation) {
    const climbs = path.startsWith('/') || path.split('/').includes('..');
    if (climbs && path !== '/w') {
      return { decision: { verdict: 'deny', risk: 'medium', rule: 'path.outside-workspace', reason: `${path} is outside.`, next: 'Stay inside.' } };
    }
    if (operation === 'write' && path === 'package.json') {
      return { decision: { verdict: 'ask', risk: 'high', rule: 'path.config', reason: 'package.json runs code.' }, resolved: `/w/${path}`, relative: path };
    }
    const at = { folder: '/w', given: '/w', name: path };
    return {
      decision: { verdict: 'allow', risk: 'low', rule: 'path.read', reason: '' },
      resolved: path === '.' ? '/w' : `/w/${path}`,
      relative: path,
      names: { real: [at], written: [at] },
      ...(path === '.' || path === 'src' ? { kind: 'folder' } : /\.\w+$/.test(path) && { kind: 'file' }),
    };
  },
};

export function testGuard(platform: NodeJS.Platform = 'linux'): CommandGuard {
  return createCommandGuard({ paths: fakePaths, locateWasm, platform });
}

export const trusted = { tool: 'shell_execute', trusted: true };
