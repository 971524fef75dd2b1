import { defineConfig } from 'vitest/config';

/** One project a layer, so that `npm test` can time them and each can be run alone: `npx vitest run --project unit`. */
const layer = (name: string, options: Record<string, unknown> = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.{ts,tsx}`], environment: 'node', ...options },
});

export default defineConfig({
  test: {
    projects: [
      layer('unit'),
      layer('attacks', { testTimeout: 30_000 }),
      layer('property', { testTimeout: 60_000 }),
      layer('golden'),
      layer('docker', { testTimeout: 120_000, hookTimeout: 300_000, fileParallelism: false }),
      layer('e2e', { testTimeout: 120_000, hookTimeout: 180_000, fileParallelism: false }),
    ],
  },
});
