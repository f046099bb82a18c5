import { describe, expect, it } from 'vitest';
import { parseContext } from '../../src/language/context.ts';
import { decodeRecords } from '../../src/pipeline/decode/decode.ts';
import { countNearMisses } from '../coverage/noise.ts';
import { contextTexts } from './company.ts';
import { DAILY_WORK, fortnight, NEAR_MISSES } from './fortnight.ts';
import { createOrganisation } from './organisation.ts';
import { DAY, DETECTIONS, daysFrom, play } from './routine.ts';

const START = Date.UTC(2026, 8, 7);
const org = createOrganisation(3);
const all = fortnight(org, START);

describe('the simulated fortnight', () => {
  it.each(DETECTIONS)('comes near to "%s" fifty times and more', (detection) => {
    expect(countNearMisses(all)[detection]).toBeGreaterThanOrEqual(50);
  });

  it('follows from the seed and the time alone', () => {
    const days = daysFrom(START, 1);
    const texts = (seed: number) => JSON.stringify(play(createOrganisation(seed), NEAR_MISSES, days));
    expect(texts(3)).toBe(texts(3));
    expect(texts(3)).not.toBe(texts(4));
  });

  it('lets no routine move what another does', () => {
    const days = daysFrom(START, 1);
    const [first, ...others] = DAILY_WORK;
    if (first === undefined) throw new Error('no routine');
    const alone = play(org, [first], days);
    const among = play(org, [...others, first], days).filter((each) => each.routine === first.name);
    expect(JSON.stringify(among)).toBe(JSON.stringify(alone));
  });

  it('is in order, of its days, and each event is one', () => {
    const times = all.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(Math.min(...times.slice(0, 10))).toBeGreaterThanOrEqual(START);
    expect(times.at(-1)).toBeLessThan(START + 15 * DAY);
    expect(new Set(all.map(({ record }) => record['eventID'])).size).toBe(all.length);
  });

  it('is made of records that decode takes, with the times that it says', () => {
    const { events, setAside } = decodeRecords(
      all.map(({ record }) => record),
      { id: 'sim', deliveredAt: START + 15 * DAY },
    );
    expect(setAside).toEqual([]);
    expect(events.every(({ complete, account }) => complete && account !== '')).toBe(true);
    expect(events.map(({ time }) => time)).toEqual(all.map(({ time }) => time));
  });

  it('knows its company without a contradiction', () => {
    expect(parseContext(contextTexts(org)).problems).toEqual([]);
  });
});
