import { describe, expect, it } from 'vitest';
import { createMemoryBaselines } from '../../../../src/adapters/memory/baselines.ts';
import { createNovelty } from '../../../../src/pipeline/correlate/novelty.ts';
import { anEnrichedEvent, type RecordOverrides } from '../../../helpers/an-event.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOON = Date.UTC(2026, 10, 20, 12);

const at = (time: number, record: RecordOverrides = {}) =>
  anEnrichedEvent({ eventTime: new Date(time).toISOString().replace('.000', ''), ...record });
const batch = { deliveredAt: NOON };

function aNovelty() {
  return createNovelty({ store: createMemoryBaselines(), latenessMs: 60 * DAY_MS });
}

/** Ten days of the user alice from one network, twice a day. */
const history = Array.from({ length: 20 }, (_, index) => at(NOON - (10 - index / 2) * DAY_MS));
const STRANGE = { sourceIPAddress: '198.51.100.9' };

describe('what is new or usual for an actor', () => {
  it('says nothing of an actor that is not known for three days', async () => {
    const novelty = aNovelty();
    expect((await novelty([at(NOON - HOUR_MS), at(NOON, STRANGE)], batch)).size).toBe(0);
  });

  it('calls a further network and service new, and the old ones usual', async () => {
    const novelty = aNovelty();
    await novelty(history, batch);
    const usual = at(NOON - 1000);
    const elsewhere = at(NOON, STRANGE);
    const other = at(NOON, { eventSource: 'bedrock.amazonaws.com' });
    const said = await novelty([usual, elsewhere, other], batch);
    expect(said.get(usual.key)?.level).toBe('usual');
    expect(said.get(elsewhere.key)).toEqual({
      level: 'new',
      why: 'network 198.51.100.0/24 is new for the actor',
    });
    expect(said.get(other.key)).toEqual({
      level: 'new',
      why: 'service bedrock.amazonaws.com is new for the actor',
    });
  });

  it('stays new for a day, is then neither, and usual after three', async () => {
    const novelty = aNovelty();
    await novelty(history, batch);
    await novelty([at(NOON, STRANGE)], batch);
    const later = async (hours: number) => {
      const event = at(NOON + hours * HOUR_MS, { ...STRANGE, eventSource: '' });
      return (await novelty([event], { deliveredAt: NOON + hours * HOUR_MS })).get(event.key)?.level;
    };
    expect([await later(23), await later(48), await later(73)]).toEqual(['new', undefined, 'usual']);
  });

  it('is the same for events in any order and repeated, of one batch or several', async () => {
    const events = [...history, at(NOON, STRANGE)];
    const last = events.at(-1)?.key ?? '';
    const inOrder = await aNovelty()(events, batch);
    const turned = aNovelty();
    await turned([...events].reverse().slice(1), batch);
    await turned(events.slice(3, 9), batch);
    expect((await turned(events.slice(-1), batch)).get(last)).toEqual(inOrder.get(last));
    expect(inOrder.get(last)?.level).toBe('new');
  });

  it('passes over events without a time of their own, from the future, and without an actor', async () => {
    const novelty = aNovelty();
    await novelty(history, batch);
    const future = at(NOON + DAY_MS, STRANGE);
    const nobody = at(NOON, {
      ...STRANGE,
      userIdentity: { type: 'AWSAccount', accountId: 'ANONYMOUS_PRINCIPAL' },
    });
    const timeless = { ...at(NOON, STRANGE), complete: false };
    expect((await novelty([future, nobody, timeless], batch)).size).toBe(0);
  });
});
