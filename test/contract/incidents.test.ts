import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryIncidents } from '../../src/adapters/memory/incidents.ts';
import { createRedisIncidents, INCIDENT_TTL_MS } from '../../src/adapters/redis/incidents.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import type { Incident, IncidentNode } from '../../src/domain/incident.ts';
import type { IncidentStore } from '../../src/domain/ports.ts';
import { testRedis } from '../helpers/redis.ts';

const { redis, prefix } = testRedis();
let stores = 0;
const GAP = 100;

const makers: Record<string, () => IncidentStore> = {
  memory: () => createMemoryIncidents(),
  redis: () => createRedisIncidents(redis, createKeys(`${prefix}${++stores}`, 16)),
};

const node = (
  fingerprint: string,
  firstSeen: number,
  lineage: string[],
  lastSeen = firstSeen,
): IncidentNode => ({
  fingerprint,
  firstSeen,
  lastSeen,
  lineage,
});

describe.each(Object.entries(makers))('incidents in %s', (_, make) => {
  it('join alerts that share a lineage key within the gap, its end included', async () => {
    const store = make();
    await store.link(node('b', 0, ['alice'], 50), GAP);
    const incident = await store.link(node('a', 150, ['bob', 'alice']), GAP);
    expect(incident).toEqual({ id: 'b', firstSeen: 0, fingerprints: ['a', 'b'], cases: [] });
    expect(await store.of('b')).toEqual(incident);
  });

  it('keep apart what shares no key or lies further apart', async () => {
    const store = make();
    await store.link(node('a', 0, ['alice'], 50), GAP);
    expect((await store.link(node('b', 151, ['alice']), GAP)).fingerprints).toEqual(['b']);
    expect((await store.link(node('c', 10, ['bob']), GAP)).fingerprints).toEqual(['c']);
    expect((await store.link(node('d', 10, []), GAP)).fingerprints).toEqual(['d']);
  });

  it('are named by the earliest alert, then the smaller fingerprint', async () => {
    const store = make();
    await store.link(node('z', 5, ['alice']), GAP);
    expect((await store.link(node('m', 5, ['alice']), GAP)).id).toBe('m');
    expect((await store.link(node('x', 4, ['alice']), GAP)).id).toBe('x');
  });

  it('only widen: an earlier first or a new key may join later', async () => {
    const store = make();
    await store.link(node('a', 0, ['alice']), GAP);
    await store.link(node('b', 200, ['alice']), GAP);
    await store.link(node('b', 250, ['alice']), GAP);
    expect((await store.of('b'))?.fingerprints).toEqual(['b']);
    expect((await store.link(node('b', 100, []), GAP)).fingerprints).toEqual(['a', 'b']);
    await store.link(node('c', 0, ['carol']), GAP);
    await store.link(node('a', 0, ['carol']), GAP);
    expect((await store.of('c'))?.fingerprints).toEqual(['a', 'b', 'c']);
  });

  it('are joined by a late link, and the case of the elder comes first', async () => {
    const store = make();
    await store.link(node('young', 100, ['bob']), GAP);
    await store.addCase('young', { caseId: '~young', number: 1 });
    await store.link(node('old-low', 0, ['alice']), GAP);
    await store.link(node('old', 150, ['alice']), 150);
    await store.addCase('old', { caseId: '~old', number: 2 });
    const joined = await store.link(node('bridge', 90, ['bob', 'alice']), GAP);
    expect(joined).toEqual({
      id: 'old-low',
      firstSeen: 0,
      fingerprints: ['bridge', 'old', 'old-low', 'young'],
      cases: [
        { caseId: '~old', number: 2 },
        { caseId: '~young', number: 1 },
      ],
    });
  });

  it('hold a case once, and let it go', async () => {
    const store = make();
    await store.link(node('a', 0, ['alice']), GAP);
    await store.link(node('b', 0, ['alice']), GAP);
    await store.addCase('a', { caseId: '~1', number: 1 });
    await store.addCase('b', { caseId: '~1', number: 1 });
    await store.addCase('b', { caseId: '~2', number: 2 });
    expect((await store.of('a'))?.cases.map(({ caseId }) => caseId)).toEqual(['~1', '~2']);
    await store.removeCase('b', '~1');
    expect((await store.of('a'))?.cases).toEqual([{ caseId: '~2', number: 2 }]);
  });

  it('tell which alerts carry an identity', async () => {
    const store = make();
    await store.link(node('b', 0, ['alice', 'key']), GAP);
    await store.link(node('a', 9_000, ['alice']), GAP);
    await store.link(node('c', 0, ['carol']), GAP);
    expect(await store.carrying(['key', 'alice', 'nobody'])).toEqual(['a', 'b']);
    expect(await store.carrying([])).toEqual([]);
  });

  it('of an unknown alert are none, and hold no case', async () => {
    const store = make();
    await store.addCase('nobody', { caseId: '~1', number: 1 });
    await store.removeCase('nobody', '~1');
    expect(await store.of('nobody')).toBeUndefined();
  });
});

/** The definition: connected parts of the graph of final places. */
function byDefinition(
  links: readonly IncidentNode[],
): Record<string, { id: string; fingerprints: string[] }> {
  const final = new Map<string, IncidentNode>();
  for (const link of links) {
    const known = final.get(link.fingerprint) ?? link;
    final.set(link.fingerprint, {
      fingerprint: link.fingerprint,
      lineage: [...known.lineage, ...link.lineage],
      firstSeen: Math.min(known.firstSeen, link.firstSeen),
      lastSeen: Math.max(known.lastSeen, link.lastSeen),
    });
  }
  const isNear = (a: IncidentNode, b: IncidentNode) =>
    a.lineage.some((key) => b.lineage.includes(key)) &&
    Math.max(a.firstSeen, b.firstSeen) - Math.min(a.lastSeen, b.lastSeen) <= GAP;
  const result: Record<string, { id: string; fingerprints: string[] }> = {};
  for (const start of final.values()) {
    const reached = new Set([start]);
    for (const each of reached)
      for (const other of final.values()) if (isNear(each, other)) reached.add(other);
    const [eldest] = [...reached].sort(
      (a, b) => a.firstSeen - b.firstSeen || (a.fingerprint < b.fingerprint ? -1 : 1),
    );
    const fingerprints = [...reached].map(({ fingerprint }) => fingerprint).sort();
    result[start.fingerprint] = { id: eldest?.fingerprint ?? '', fingerprints };
  }
  return result;
}

async function linkAll(store: IncidentStore, links: readonly IncidentNode[]) {
  for (const link of links) await store.link(link, GAP);
  const found: Record<string, Pick<Incident, 'id' | 'fingerprints'>> = {};
  for (const { fingerprint } of links) {
    const incident = await store.of(fingerprint);
    if (incident !== undefined)
      found[fingerprint] = { id: incident.id, fingerprints: [...incident.fingerprints] };
  }
  return found;
}

const someLinks = fc.array(
  fc.record({
    fingerprint: fc.constantFrom(...'abcdefghij'),
    firstSeen: fc.integer({ min: 0, max: 900 }),
    length: fc.integer({ min: 0, max: 60 }),
    lineage: fc.subarray(['alice', 'bob', 'carol', 'key:1']),
  }),
  { maxLength: 14 },
);

describe('order and repetition of links', () => {
  it('change neither groups nor names, and memory and Redis agree', async () => {
    const arrival = someLinks
      .map((links) =>
        links.map(({ length, ...rest }): IncidentNode => ({ ...rest, lastSeen: rest.firstSeen + length })),
      )
      .chain((links) =>
        fc.record({
          links: fc.constant(links),
          order: fc.shuffledSubarray(links, { minLength: links.length }),
          again: fc.subarray(links),
        }),
      );
    await fc.assert(
      fc.asyncProperty(arrival, async ({ links, order, again }) => {
        const expected = byDefinition(links);
        expect(await linkAll(createMemoryIncidents(), [...order, ...again])).toEqual(expected);
        const inRedis = createRedisIncidents(redis, createKeys(`${prefix}p${++stores}`, 1));
        expect(await linkAll(inRedis, [...order, ...again])).toEqual(expected);
      }),
      { numRuns: 100, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
    );
  });
});

it('leaves keys with a TTL only', async () => {
  const own = `${prefix}ttl`;
  const store = createRedisIncidents(redis, createKeys(own, 1));
  await store.link(node('a', 0, ['alice']), GAP);
  await store.link(node('b', 1000, ['alice']), GAP);
  await store.addCase('b', { caseId: '~1', number: 1 });
  await store.link(node('c', 950, ['alice']), 1000);
  const keys = await redis.keys(`${own}:*`);
  expect(keys.length).toBe(6);
  for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(INCIDENT_TTL_MS - 60_000);
});
