import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { CloudTrailRecord, EnrichedEvent } from '../../../src/domain/event.ts';
import { parseSigma } from '../../../src/language/sigma/parse-sigma.ts';
import { createRuleSet } from '../../../src/language/sigma/rule-set.ts';
import { toEvent } from '../../../src/pipeline/decode/decode.ts';
import { createEnrich } from '../../../src/pipeline/enrich/enrich.ts';
import { aCompany } from '../../helpers/a-company.ts';
import { DAY, HOUR, MINUTE } from '../../helpers/a-finding.ts';
import { aSilenceWatch } from '../../helpers/a-silence-watch.ts';

const WEEK = join(import.meta.dirname, '../../../../shared/data/cloudtrail/background.ndjson.gz');
const RULE = join(import.meta.dirname, '../../../rules/defense-evasion/aws_events_stop_arriving.yml');
const START = Date.UTC(2026, 2, 2);
const STEP = 5 * MINUTE;

/** The rule as it is shipped, but that it learns for three days: the data is one week, and the cut on its fifth day. */
function shippedRule() {
  const text = readFileSync(RULE, 'utf8').replace('learn: 14d', 'learn: 3d');
  const { ruleSet, problems } = createRuleSet([parseSigma(text, RULE)]);
  expect(problems).toEqual([]);
  return ruleSet.heartbeats ?? [];
}

function theWeek(): EnrichedEvent[] {
  const enrich = createEnrich(aCompany());
  const lines = gunzipSync(readFileSync(WEEK)).toString('utf8').trim().split('\n');
  return lines
    .map((line, at) =>
      enrich(toEvent(JSON.parse(line) as CloudTrailRecord, { id: 'week', deliveredAt: START + 8 * DAY }, at)),
    )
    .sort((a, b) => a.time - b.time);
}

/** Every five minutes what happened five to ten minutes ago is delivered, and the job runs. */
async function live(events: readonly EnrichedEvent[]) {
  const watch = aSilenceWatch(shippedRule());
  const openedAt = new Map<string, number>();
  let from = 0;
  for (let now = START; now <= START + 7 * DAY; now += STEP) {
    let to = from;
    while ((events[to]?.time ?? Number.POSITIVE_INFINITY) <= now - STEP) to += 1;
    if (to > from) await watch.deliver(events.slice(from, to), now);
    from = to;
    await watch.idle(now);
    await watch.check(now);
    for (const alert of await watch.alerts())
      if (!openedAt.has(alert.fingerprint)) openedAt.set(alert.fingerprint, now);
  }
  return { watch, openedAt };
}

describe.skipIf(!existsSync(WEEK))(
  'silence in a week of three accounts (skipped where the data is absent)',
  () => {
    const week = existsSync(WEEK) ? theWeek() : [];
    const accounts = [...new Set(week.map(({ account }) => account))].sort();

    it('is none where nothing was cut', async () => {
      expect(accounts).toEqual(['171999863748', '723347347957', '984107995871']);
      const { watch } = await live(week);
      expect(await watch.alerts()).toEqual([]);
    });

    it.each([
      ['171999863748', 9],
      ['723347347957', 0],
      ['984107995871', 17],
    ])(
      'of account %s, cut at %s o’clock on day five, is one alert within two usual intervals',
      async (account, hour) => {
        const cutAt = START + 4 * DAY + hour * HOUR;
        const { watch, openedAt } = await live(
          week.filter((event) => event.account !== account || event.time < cutAt),
        );
        const [alert, ...others] = await watch.alerts();
        expect(others).toEqual([]);
        expect(alert?.group).toEqual({ account, awsRegion: 'us-east-1' });
        const usualMs = usualFrom(alert?.evidence[0]?.summary ?? '');
        const waited = (openedAt.get(alert?.fingerprint ?? '') ?? Number.POSITIVE_INFINITY) - cutAt;
        expect(waited).toBeLessThanOrEqual(2 * usualMs);
        expect(usualMs).toBeLessThanOrEqual(2 * HOUR);
      },
    );
  },
);

/** `… usual pause: up to 1 h 20 min` */
function usualFrom(summary: string): number {
  const [, hours = 0, minutes = 0] = /up to (?:(\d+) h ?)?(?:(\d+) min)?/.exec(summary) ?? [];
  return Number(hours) * HOUR + Number(minutes) * MINUTE;
}
