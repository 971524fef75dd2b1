import type { Files } from '../../../src/ports/files.js';
import type { Ports } from '../../../src/ports/ports.js';
import type { Preview, RunContext } from '../../../src/tools/tool.js';

/** Ports of which only `files` answers, and only the methods that are given. */
export function portsWith(files: Partial<Files>): Ports {
  const refuse = (): never => {
    throw new Error('not expected');
  };
  return {
    files: { read: refuse, readBytes: refuse, list: refuse, search: refuse, planWrite: refuse, planEdit: refuse, planCopy: refuse, apply: refuse, ...files },
    commands: { run: refuse },
    sandbox: { run: refuse, prepare: refuse, status: refuse, build: refuse, acceptImage: refuse, dispose: refuse },
    results: { keep: refuse, read: refuse, forget: refuse },
    web: { fetch: refuse, search: refuse },
  };
}

export function runContext(preview?: Preview): RunContext {
  return { sessionId: 's', signal: new AbortController().signal, onOutput: () => undefined, preview };
}
