import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/adapters/files/rule-folder.ts';
import { hasData, readLines } from './data.ts';

interface Api {
  readonly used_in_wild: boolean;
  readonly event: { readonly eventSource: string; readonly eventName: string };
}

const { ruleSet } = await loadRules(['rules']);
const page = readFileSync(join(import.meta.dirname, '../../docs/coverage.md'), 'utf8');
const rows = [...page.matchAll(/^\| `([a-z0-9.-]+)` \| `(\w+)` \| (.+) \|$/gm)].map(
  ([, source = '', name = '', why = '']) => ({ call: `${source} ${name}`, why }),
);

/** A rule names the call and its service: rules for whatever service are about who calls, not what. */
function isNamedByRule(source: string, name: string): boolean {
  return ruleSet.detections.some(
    ({ eventNames, eventSources }) =>
      eventNames?.includes(name.toLowerCase()) === true && eventSources?.includes(source) === true,
  );
}

describe('docs/coverage.md', () => {
  it('gives a reason for every call that it leaves out', () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter(({ why }) => why.length < 40)).toEqual([]);
    expect(new Set(rows.map(({ call }) => call)).size).toBe(rows.length);
  });
});

describe.skipIf(!hasData())(
  'calls that TrailDiscover saw in attacks (skipped where the data is absent)',
  () => {
    const apis = hasData() ? readLines<Api>('traildiscover.labels.jsonl') : [];
    const seen = [
      ...new Map(
        apis
          .filter(({ used_in_wild }) => used_in_wild)
          .map(({ event }) => [`${event.eventSource} ${event.eventName}`, event] as const),
      ),
    ];

    it('are read', () => {
      expect(seen.length).toBe(222);
    });

    it('are each named by a rule or left out with a reason', () => {
      const listed: ReadonlySet<string> = new Set(rows.map(({ call }) => call));
      const neither = seen.filter(
        ([call, { eventSource, eventName }]) => !isNamedByRule(eventSource, eventName) && !listed.has(call),
      );
      expect(neither.map(([call]) => call)).toEqual([]);
    });

    it('have no line that is not needed', () => {
      const needed: ReadonlySet<string> = new Set(
        seen
          .filter(([, { eventSource, eventName }]) => !isNamedByRule(eventSource, eventName))
          .map(([call]) => call),
      );
      expect(rows.filter(({ call }) => !needed.has(call)).map(({ call }) => call)).toEqual([]);
    });
  },
);
