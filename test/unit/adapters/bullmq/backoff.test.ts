import { describe, expect, it } from 'vitest';
import { createBackoff } from '../../../../src/adapters/bullmq/backoff.ts';
import { TrailhiveError } from '../../../../src/domain/errors.ts';

const pause = createBackoff({ baseMs: 1_000, capMs: 60_000, askedCapMs: 120_000 });
const asking = (retryAfterMs: number) => new TrailhiveError('retryable', 'later', { retryAfterMs });

describe('the pause before the next try', () => {
  it.each([
    [1, undefined, 1_000],
    [2, undefined, 2_000],
    [7, undefined, 60_000],
    [100_000, undefined, 60_000],
    [1, new Error('plain'), 1_000],
    [1, asking(30_000), 30_000],
    [6, asking(5_000), 32_000],
    [1, asking(3_600_000), 120_000],
  ])('after %i tries, asked %o: %i ms', (attempts, error, expected) => {
    expect(pause(attempts, 'trailhive', error)).toBe(expected);
  });
});
