import { createHash, randomBytes } from 'node:crypto';
import { root } from './project.mjs';
import { run } from './run.mjs';

/**
 * The seed for what tries random cases in a run of the tests: eight hexadecimal digits of what is committed in these
 * folders. Each change to them tries cases of its own, a failure stays until it is mended, and a change elsewhere
 * brings none that is not its own. Without git, a random one.
 *
 * @param {...string} folders relative to the project's root
 * @returns {Promise<string>}
 */
export async function commitSeed(...folders) {
  const { code, output } = await run('git', ['rev-parse', ...folders.map((each) => `HEAD:${each}`)], { cwd: root, allowFailure: true }).catch(() => ({ code: 1, output: '' }));
  return code === 0 ? createHash('sha256').update(output.trim()).digest('hex').slice(0, 8) : randomBytes(4).toString('hex');
}
