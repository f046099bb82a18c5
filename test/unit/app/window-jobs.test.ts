import { describe, expect, it } from 'vitest';
import { replaySpanMs } from '../../../src/app/window-jobs.ts';
import { aCorrelation } from '../../helpers/a-correlation.ts';
import { DAY, HOUR, MINUTE } from '../../helpers/a-finding.ts';

const one = (id: string, spanMs: number, ruleIds: readonly string[], settlings = 0) =>
  aCorrelation({ id, spanMs, ruleIds, settlings });

describe('how far back an emptied Redis reads', () => {
  const times = { latenessMs: DAY, settlingMs: 30 * MINUTE };

  it('is the lateness where nothing is correlated', () => {
    expect(replaySpanMs([], times)).toBe(DAY);
  });

  it('is the longest chain: the spans along it add up', () => {
    const correlations = [
      one('inner', HOUR, ['rule']),
      one('middle', 2 * HOUR, ['inner', 'rule']),
      one('outer', 4 * HOUR, ['middle', 'inner']),
      one('alone', 6 * HOUR, ['rule']),
    ];
    expect(replaySpanMs(correlations, times)).toBe(DAY + 7 * HOUR);
    expect(replaySpanMs(correlations.toReversed(), times)).toBe(DAY + 7 * HOUR);
    expect(replaySpanMs(correlations.slice(0, 2), times)).toBe(DAY + 3 * HOUR);
  });

  it('waits for decisions on top of it', () => {
    const chain = [one('few', HOUR, ['rule'], 1), one('after', HOUR, ['few'], 2)];
    expect(replaySpanMs(chain, times)).toBe(DAY + 2 * HOUR + HOUR);
  });
});
