import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    redisUrl: string;
  }
}

/** One private Redis for the whole run; each test file takes its own key prefix (helpers/redis.ts). */
export default async function setup(project: TestProject): Promise<() => void> {
  // @ts-expect-error plain JavaScript, so that it runs before any package is installed
  const { ownRedis } = await import('../../scripts/redis.mjs');
  const redis = await ownRedis();
  project.provide('redisUrl', redis.url);
  return () => redis.stop();
}
