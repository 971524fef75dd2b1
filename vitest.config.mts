import { defineConfig } from 'vitest/config';

/** One project a layer, so that `npm test` can time them and each can be run alone: `npx vitest run --project unit`. */
const layer = (name: string, options: Record<string, unknown> = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.{ts,tsx}`], environment: 'node', globalSetup: ['test/temporary-folder.ts'], ...options },
});

export default defineConfig({
  test: {
    projects: [
      layer('unit'),
      // In a real browser: on a crowded machine a frame can come late, so each test has one more try.
      layer('page', { retry: 1, testTimeout: 30_000 }),
      layer('attacks', { testTimeout: 30_000 }),
      layer('property', { testTimeout: 60_000, setupFiles: ['test/property/seed.ts'] }),
      layer('golden'),
      layer('docker', { testTimeout: 120_000, hookTimeout: 300_000, fileParallelism: false }),
      layer('e2e', { retry: 1, testTimeout: 120_000, hookTimeout: 180_000, fileParallelism: false }),
    ],
  },
});
