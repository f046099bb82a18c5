import { createMemoryWindows } from '../adapters/memory/windows.ts';
import type { CompanyContext } from '../domain/company.ts';
import type { Finding, RuleMatch } from '../domain/finding.ts';
import type { Places } from '../domain/place.ts';
import type { RuleSet } from '../language/sigma/rule-set.ts';
import { closeAll } from '../pipeline/correlate/close-windows.ts';
import { createCorrelate } from '../pipeline/correlate/correlate.ts';
import { toEvent } from '../pipeline/decode/decode.ts';
import { evidenceOf } from '../pipeline/detect/evidence.ts';
import { createEnrich } from '../pipeline/enrich/enrich.ts';
import { type CountedRecord, timeText } from './match-records.ts';

/** The correlations of one run of `match`. Both give the lines of what fires now. */
export interface MatchCounts {
  add(counted: readonly CountedRecord[], file: string): Promise<readonly string[]>;
  end(): Promise<readonly string[]>;
}

/** Records that are looked at together. */
const AT_ONCE = 1000;
/** Files are history: nothing in them is late. */
const LATENESS_MS = 100 * 366 * 86_400_000;

/** Feeds correlations from all threads: in which order does not matter to them. */
export function createMatchCounts(
  ruleSet: RuleSet,
  {
    company,
    places,
    now,
  }: { readonly company: CompanyContext; readonly places: Places; readonly now: number },
): MatchCounts {
  const windows = createMemoryWindows();
  const options = { latenessMs: LATENESS_MS };
  const correlate = createCorrelate(ruleSet, windows, options);
  const enrich = createEnrich(company, places);
  const told = new Set<string>();
  let waiting: RuleMatch[] = [];
  const matchesOf = ({ ruleIds, record, index }: CountedRecord, file: string): RuleMatch[] => {
    const event = enrich(toEvent(record, { id: file, deliveredAt: now }, index));
    const evidence = evidenceOf(event, company);
    return ruleIds.map((ruleId) => ({ ruleId, event, evidence }));
  };
  const flush = async () => {
    const { findings } = await correlate(waiting, now);
    waiting = [];
    return findings.flatMap((finding) => newFirings(finding, told));
  };
  return {
    async add(counted, file) {
      for (const one of counted) waiting.push(...matchesOf(one, file));
      return waiting.length >= AT_ONCE ? await flush() : [];
    },
    async end() {
      const lines = await flush();
      // What more events could have made false is decided now that there are no more.
      const closed = await closeAll(ruleSet, windows, options);
      return [...lines, ...closed.flatMap((finding) => newFirings(finding, told))];
    },
  };
}

/** A window that grows brings up its earlier firing events again: each is told once. */
function newFirings(finding: Finding, told: Set<string>): readonly string[] {
  const times = new Map(finding.members.map(({ key, time }) => [key, time]));
  return finding.firing.flatMap((key) => {
    const id = `${finding.rule.id}\n${key}`;
    if (told.has(id)) return [];
    told.add(id);
    const eventId = key.slice(0, key.lastIndexOf(':'));
    const eventTime = timeText(times.get(key) ?? finding.periodStart);
    return [JSON.stringify({ ruleId: finding.rule.id, eventId, eventTime })];
  });
}
