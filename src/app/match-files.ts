import { readRecords } from '../adapters/files/records-reader.ts';
import { createMemoryWindows } from '../adapters/memory/windows.ts';
import { TrailhiveError } from '../domain/errors.ts';
import type { CloudTrailRecord, EnrichedEvent } from '../domain/event.ts';
import type { Finding } from '../domain/finding.ts';
import type { Problem } from '../domain/problem.ts';
import { ProblemsError } from '../domain/problem.ts';
import { parseContext } from '../language/context.ts';
import type { RuleSet } from '../language/sigma/rule-set.ts';
import { createCorrelate } from '../pipeline/correlate/correlate.ts';
import { toEvent } from '../pipeline/decode/decode.ts';
import { faultOfRecord } from '../pipeline/decode/fault-of-record.ts';
import { DECODE_LIMITS } from '../pipeline/decode/limits.ts';
import { createDetect } from '../pipeline/detect/detect.ts';
import { createEnrich } from '../pipeline/enrich/enrich.ts';
import { loadRulesIn } from './rule-paths.ts';

/** A rule fired on an event; of a correlation, the event on which its condition held. */
export interface Match {
  readonly ruleId: string;
  readonly eventId: string;
  /** ISO 8601, UTC. */
  readonly eventTime: string;
}

export interface MatchFilesOptions {
  /** Rule files and folders. */
  readonly rules: readonly string[];
  /** The company's context folder, for placeholders. */
  readonly context?: string | undefined;
  /** Files and folders of records; `-` is standard input. */
  readonly files: readonly string[];
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly skipInvalid: boolean;
  readonly onMatch: (match: Match) => void;
  /** A rule, file, line or record that is left out. */
  readonly onProblem: (problem: Problem) => void;
  readonly onRecords: (count: number) => void;
  readonly now: number;
}

/** Records that are looked at together; correlations are brought up to date after each. */
const BATCH = 1000;
/** Files are history: nothing in them is late. */
const LATENESS_MS = 100 * 366 * 86_400_000;

/**
 * Runs rules over files without Redis: the same decoding, enrichment, detection
 * and correlation as live, on in-memory windows. Throws `config` where rules are
 * invalid (unless they are skipped) or a path cannot be read.
 */
export async function matchFiles(options: MatchFilesOptions): Promise<void> {
  const { ruleSet, problems } = await loadRulesIn({ paths: options.rules, context: options.context });
  if (problems.length > 0 && !options.skipInvalid) throw new ProblemsError('rules are not valid', problems);
  if (problems.length + ruleSet.detections.length + ruleSet.correlations.length === 0) {
    const paths = options.rules.join(', ');
    throw new TrailhiveError(
      'config',
      `There is no rule in ${paths}. Name a .yml file, or a folder of them.`,
    );
  }
  problems.forEach(options.onProblem);
  const look = createLook(ruleSet, options);
  let batch: EnrichedEvent[] = [];
  let read = 0;
  const { context } = parseContext([]);
  const enrich = createEnrich(context);
  for await (const { file, line, record } of readRecords(options.files, options)) {
    const fault = faultOfRecord(record, DECODE_LIMITS);
    if (fault !== undefined) {
      options.onProblem({ file, line, message: `record ${read + 1} is passed over: ${fault}` });
    } else {
      const ref = { id: file, deliveredAt: options.now };
      batch.push(enrich(toEvent(record as CloudTrailRecord, ref, read)));
    }
    read += 1;
    if (batch.length >= BATCH) {
      await look(batch);
      batch = [];
      options.onRecords(read);
    }
  }
  await look(batch);
  options.onRecords(read);
}

function createLook(ruleSet: RuleSet, { onMatch, now }: MatchFilesOptions) {
  const { context } = parseContext([]);
  const detect = createDetect(ruleSet, context);
  const correlate = createCorrelate(ruleSet, createMemoryWindows(), { latenessMs: LATENESS_MS });
  const told = new Set<string>();
  return async (events: readonly EnrichedEvent[]): Promise<void> => {
    const { matches, findings } = detect(events);
    for (const { rule, evidence } of findings) {
      for (const { eventId, time } of evidence) onMatch(matchOf(rule.id, eventId, time));
    }
    const { findings: correlated } = await correlate(matches, now);
    for (const finding of correlated) tellFiring(finding, told, onMatch);
  };
}

/** A window that grows brings up its earlier firing events again: each is told once. */
function tellFiring(finding: Finding, told: Set<string>, onMatch: (match: Match) => void): void {
  const times = new Map(finding.members.map(({ key, time }) => [key, time]));
  for (const key of finding.firing) {
    const id = `${finding.rule.id}\n${key}`;
    if (told.has(id)) continue;
    told.add(id);
    onMatch(
      matchOf(finding.rule.id, key.slice(0, key.lastIndexOf(':')), times.get(key) ?? finding.periodStart),
    );
  }
}

function matchOf(ruleId: string, eventId: string, time: number): Match {
  return { ruleId, eventId, eventTime: new Date(time).toISOString().replace('.000Z', 'Z') };
}
