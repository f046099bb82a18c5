import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { conformanceCases } from './case.ts';
import { GENERATED_FEATURES } from './generate.ts';

const page = readFileSync('docs/sigma-support.md', 'utf8');
const rows = [...page.matchAll(/^\| .+ \| `([a-z0-9-]+)` \| (\w+) \|$/gm)].map(([, id, status]) => ({
  id: String(id),
  status: String(status),
}));
const cases = conformanceCases();

describe('docs/sigma-support.md', () => {
  it('names each feature once', () => {
    expect(rows.length).toBeGreaterThan(90);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    expect([...new Set(rows.map(({ status }) => status))].sort()).toEqual(['refused', 'yes']);
  });

  it.each(rows)('says of $id what its cases show: $status', ({ id, status }) => {
    const own = cases.filter(({ feature, file }) => feature === id && file !== 'generated-sample.yml');
    expect(own).not.toEqual([]);
    const isRefused = own.every(({ refused }) => refused !== undefined);
    expect(isRefused ? 'refused' : 'yes').toBe(status);
  });

  it('knows the feature of each case', () => {
    const known = new Set(rows.map(({ id }) => id));
    const features = [...cases.map(({ feature }) => feature), ...GENERATED_FEATURES];
    expect([...new Set(features)].filter((feature) => !known.has(feature))).toEqual([]);
  });
});
