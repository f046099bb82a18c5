import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/global-redis.ts'],
    // Generous: a machine with other work is several times slower, and a limit proves nothing.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // Two cores: more forks than that only wait for each other.
    maxWorkers: 2,
  },
});
