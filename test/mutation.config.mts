import { defineConfig } from 'vitest/config';

/** Each mistake starts the tests anew, and where a line came from is worked out each time: without maps and places that takes a third. */
const quick = {
  name: 'quick',
  transform: (code: string, id: string) => (id.endsWith('mutation.test.mjs') ? { code, map: { mappings: '' as const } } : undefined),
  configureVitest: ({ project }: { project: { config: { includeTaskLocation?: boolean } } }) => {
    project.config.includeTaskLocation = false;
  },
};

/** What mutation testing runs (stryker.config.mjs): the tests of one part, bundled by scripts/lib/bundle-tests.mjs. */
export default defineConfig({
  plugins: [quick],
  test: {
    environment: 'node',
    include: ['test/mutation.test.mjs'],
    // A test that waits for ever because of a mistake has found it: it fails soon, and the process goes on to the next one.
    testTimeout: 15_000,
    env: { AXON_SOME_ROWS: '1' },
  },
});
