import { randomBytes } from 'node:crypto';
import { root } from './project.mjs';
import { run } from './run.mjs';

/**
 * The seed for everything that tries random cases in a run of the tests: eight hexadecimal digits of what is
 * committed. Each change tries cases of its own, and a failure stays until it is mended. Without git, a random one.
 *
 * @returns {Promise<string>}
 */
export async function commitSeed() {
  const { code, output } = await run('git', ['rev-parse', 'HEAD^{tree}'], { cwd: root, allowFailure: true }).catch(() => ({ code: 1, output: '' }));
  const [seed] = /^[0-9a-f]{8}/.exec(output.trim()) ?? [];
  return code === 0 && seed !== undefined ? seed : randomBytes(4).toString('hex');
}
