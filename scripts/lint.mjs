/** `npm run lint`: the linter with no warning allowed, then the check that every promise has a test. */
import { ensureDependencies } from './lib/dependencies.mjs';
import { continueOnNode24 } from './lib/node24.mjs';
import { inPackage, root } from './lib/project.mjs';
import { run } from './lib/run.mjs';

await continueOnNode24();
await ensureDependencies();
const checks = [[inPackage('eslint', 'bin/eslint.js'), '.', '--max-warnings', '0'], ['scripts/check-promises.mjs']];
for (const args of checks) {
  const { code, output } = await run(process.execPath, args, { cwd: root, allowFailure: true });
  process.stdout.write(output);
  if (code !== 0) process.exitCode = 1;
}
