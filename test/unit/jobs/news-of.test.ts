import { describe, expect, it } from 'vitest';
import type { Alert, Delivered } from '../../../src/domain/alert.ts';
import { observableKey } from '../../../src/domain/observable.ts';
import { newsOf, orderOf } from '../../../src/jobs/news-of.ts';
import { anAlert } from '../../helpers/an-alert.ts';

const deliveredOf = (alert: Alert): Delivered => ({
  revision: 1,
  alertId: '~1',
  severity: alert.severity,
  count: alert.count,
  observables: alert.observables.map(observableKey),
  procedures: [],
});
const address = (value: string) => ({ type: 'ip' as const, value, tags: ['source'], firstSeen: 1 });

describe('newsOf', () => {
  it('says nothing of a first delivery, nor of growth within an order', () => {
    expect(newsOf(anAlert({ count: 5000 }), undefined)).toEqual([]);
    expect(newsOf(anAlert({ count: 9 }), deliveredOf(anAlert({ count: 2 })))).toEqual([]);
  });

  it('names the fact in the marker and not the way to it', () => {
    const from2 = newsOf(anAlert({ count: 150 }), deliveredOf(anAlert({ count: 2 })));
    const from50 = newsOf(anAlert({ count: 700 }), deliveredOf(anAlert({ count: 50 })));
    expect(from2).toEqual([expect.objectContaining({ kind: 'count', reached: 100 })]);
    expect(from50[0]?.marker).toBe(from2[0]?.marker);
  });

  it('tells of a severity that rose, not of one that fell', () => {
    const low = anAlert({ severity: 'low' });
    const high = anAlert({ severity: 'high' });
    expect(newsOf(high, deliveredOf(low))).toEqual([
      expect.objectContaining({ kind: 'severity', from: 'low', to: 'high' }),
    ]);
    expect(newsOf(low, deliveredOf(high))).toEqual([]);
  });

  it('tells of new actors and source addresses, not of other observables', () => {
    const before = anAlert();
    const observables = [
      ...before.observables,
      address('192.0.2.1'),
      { type: 'aws-principal' as const, value: 'arn:bob', tags: ['actor'], firstSeen: 1 },
      { type: 'aws-access-key' as const, value: 'AKIA', tags: ['actor'], firstSeen: 1 },
      { type: 'aws-resource' as const, value: 'sg-1', tags: ['target'], firstSeen: 1 },
    ];
    const news = newsOf(anAlert({ observables }), deliveredOf(before));
    expect(news.map((one) => [one.kind, 'value' in one ? one.value : ''])).toEqual([
      ['source', '192.0.2.1'],
      ['actor', 'arn:bob'],
    ]);
  });

  it('tells once that events return after a silence, also of one that was over before its first delivery', () => {
    const silent = anAlert({ count: 1 });
    const over = anAlert({ count: 2, returnedAt: 5 });
    const told = [{ kind: 'returned', marker: `${over.fingerprint}:returned` }];
    expect(newsOf(silent, undefined)).toEqual([]);
    expect(newsOf(over, deliveredOf(silent))).toEqual(told);
    expect(newsOf(over, undefined)).toEqual(told);
    expect(newsOf(over, deliveredOf(over))).toEqual([]);
  });

  it('stays short in a storm of addresses', () => {
    const observables = Array.from({ length: 200 }, (_, i) => address(`192.0.2.${i}`));
    expect(newsOf(anAlert({ observables }), deliveredOf(anAlert({ observables: [] })))).toHaveLength(10);
  });
});

it.each([
  [0, 1],
  [9, 1],
  [10, 10],
  [99, 10],
  [1000, 1000],
])('the order of %i is %i', (count, order) => {
  expect(orderOf(count)).toBe(order);
});
