import path from 'node:path';

/**
 * Mutation testing: a small mistake is made in a guard, and the tests have to notice. `npm run mutation` runs it part by
 * part (scripts/mutation.mjs), and names the part here; the rest is what all parts share.
 */
const folder = `test-output/mutation/${process.env.AXON_MUTATION_PART ?? 'all'}`;

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'in-process',
  plugins: [path.resolve(import.meta.dirname, 'scripts/lib/mutation/runner.mjs')],
  buildCommand: 'node scripts/lib/mutation/bundle-tests.mjs',
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // On top of 1.5 times what the tests take unmutated; more than the time limit of one test.
  timeoutMS: 17_000,
  tempDirName: `${folder}/sandbox`,
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: `${folder}/report.json` },
  ignorePatterns: ['/dist', '/test-output', '/webview', '/media', '/bench', '/.ci', '*.vsix', '/test/{docker,e2e,host,golden}'],
  disableTypeChecks: 'src/**/*.ts',
};
