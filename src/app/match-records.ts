import { forgetBytes } from '../adapters/files/file-chunks.ts';
import type { CompanyContext } from '../domain/company.ts';
import { messageOf } from '../domain/errors.ts';
import type { CloudTrailEvent, CloudTrailRecord, EventContext } from '../domain/event.ts';
import type { Places } from '../domain/place.ts';
import type { Problem } from '../domain/problem.ts';
import { createRuleIndex } from '../language/sigma/rule-index.ts';
import type { CompiledRule, RuleSet } from '../language/sigma/rule-set.ts';
import { someWitness } from '../language/sigma/witness.ts';
import { type ByteGate, createByteGate } from '../pipeline/decode/byte-gate.ts';
import { toEvent } from '../pipeline/decode/decode.ts';
import { faultOfNames, faultOfSize } from '../pipeline/decode/fault-of-record.ts';
import { DECODE_LIMITS } from '../pipeline/decode/limits.ts';
import { createRecordStream } from '../pipeline/decode/record-stream.ts';
import { createEnrich } from '../pipeline/enrich/enrich.ts';

/** A record that correlations count, and the rules it matches. Plain data: it may cross to another thread. */
export interface CountedRecord {
  readonly ruleIds: readonly string[];
  readonly record: CloudTrailRecord;
  readonly index: number;
}

/** What a part of a file gave. Plain data. */
export interface MatchBlock {
  /** A JSON line for each match, without the last line feed. */
  readonly lines: string;
  readonly matches: number;
  /** Records of the part, parsed or not. */
  readonly records: number;
  readonly counted: readonly CountedRecord[];
  readonly problems: readonly Problem[];
}

export interface FileToMatch {
  readonly name: string;
  readonly chunks: AsyncIterable<Buffer>;
}

export interface MatchRecordsOptions {
  readonly company: CompanyContext;
  /** Databases of addresses, opened when the first rule asks. Default: none. */
  readonly places?: Places;
  /** Stands in for the time of records whose own cannot be believed, epoch ms. */
  readonly now: number;
  /** False: every record is parsed. */
  readonly gate: boolean;
}

/** Works off one file after the other; each block is waited for. Never throws for what a file holds. */
export type MatchRecords = (file: FileToMatch, tell: (block: MatchBlock) => Promise<void>) => Promise<void>;

/**
 * Runs the rules over bytes: the stages that live records go through, but only as far
 * as a record calls for them. What no rule could match is not parsed, and what no rule
 * matches is judged by its names alone.
 */
export function createMatchRecords(ruleSet: RuleSet, options: MatchRecordsOptions): MatchRecords {
  const rulesFor = createRuleIndex(ruleSet.detections);
  const gate = options.gate ? gateFor(ruleSet.detections) : undefined;
  const countedRules = new Set(ruleSet.correlations.flatMap(({ ruleIds }) => ruleIds));
  const lineOf = createLines(ruleSet.detections);
  const enrich = createEnrich(options.company, options.places);
  /** Says what is wrong with the record, where something is. */
  const judge = (record: unknown, index: number, block: OpenBlock, ref: Origin): string | undefined => {
    const fault = faultOfNames(record);
    if (fault !== undefined) return fault;
    const subject = new RecordSubject(record as CloudTrailRecord, ref, index, enrich);
    const matching = rulesThatMatch(rulesFor(subject.record), subject);
    if (matching === undefined) return undefined;
    const size = faultOfSize(subject.record, DECODE_LIMITS);
    if (size !== undefined) return size;
    for (const rule of matching) if (rule.alerts) block.lines.push(lineOf(rule, subject.event));
    const ruleIds = matching.map(({ info }) => info.id).filter((id) => countedRules.has(id));
    if (ruleIds.length > 0) block.counted.push({ ruleIds, record: subject.record, index });
    return undefined;
  };
  return async ({ name, chunks }, tell) => {
    const ref = { id: name, deliveredAt: options.now };
    let block = emptyBlock();
    let told = 0;
    const full: MatchBlock[] = [];
    const onRecord = (record: unknown, index: number, line: number) => {
      if (block.lines.length + block.counted.length >= FULL_BLOCK) {
        full.push(closed(block, 0));
        block = emptyBlock();
      }
      const fault = judge(record, index, block, ref);
      if (fault === undefined) return;
      const message = `record ${index + 1} is passed over: ${fault}`;
      block.problems.push({ file: name, line, message });
    };
    const onProblem = (line: number, message: string) => block.problems.push({ file: name, line, message });
    const stream = createRecordStream({ gate, onRecord, onProblem });
    const flush = async () => {
      const blocks = [...full.splice(0), closed(block, stream.records - told)];
      block = emptyBlock();
      told = stream.records;
      for (const one of blocks) await tell(one);
    };
    let last: Buffer | undefined;
    try {
      for await (const chunk of chunks) {
        last = chunk;
        stream.push(chunk);
        await flush();
      }
      stream.end();
    } catch (error) {
      block.problems.push({
        file: name,
        line: 0,
        message: `cannot be read to its end: ${messageOf(error)}.`,
      });
    }
    if (last !== undefined) forgetBytes(last);
    await flush();
  };
}

interface Origin {
  readonly id: string;
  readonly deliveredAt: number;
}

interface OpenBlock {
  readonly lines: string[];
  readonly counted: CountedRecord[];
  readonly problems: Problem[];
}

/** Matches of one block. Many small texts that live on are dear to the collector of young objects; one is not. */
const FULL_BLOCK = 256;

function closed({ lines, counted, problems }: OpenBlock, records: number): MatchBlock {
  return { lines: lines.join('\n'), matches: lines.length, records, counted, problems };
}

function emptyBlock(): OpenBlock {
  return { lines: [], counted: [], problems: [] };
}

/** undefined where a rule says nothing that the bytes could be asked for: then every record is parsed. */
function gateFor(rules: readonly CompiledRule[]): ByteGate | undefined {
  const witness = someWitness(rules.map((rule) => rule.witness));
  return witness === undefined ? undefined : createByteGate(witness);
}

type Enrich = ReturnType<typeof createEnrich>;

/** What rules look at. The event and its context are made when something asks for them. */
class RecordSubject {
  readonly record: CloudTrailRecord;
  readonly #origin: Origin;
  readonly #index: number;
  readonly #enrich: Enrich;
  #event: CloudTrailEvent | undefined;
  #context: EventContext | undefined;

  constructor(record: CloudTrailRecord, origin: Origin, index: number, enrich: Enrich) {
    this.record = record;
    this.#origin = origin;
    this.#index = index;
    this.#enrich = enrich;
  }

  get event(): CloudTrailEvent {
    this.#event ??= toEvent(this.record, this.#origin, this.#index);
    return this.#event;
  }

  get context(): EventContext {
    this.#context ??= this.#enrich(this.event).context;
    return this.#context;
  }
}

/** undefined: none, as for most records. */
function rulesThatMatch(
  rules: readonly CompiledRule[],
  subject: RecordSubject,
): readonly CompiledRule[] | undefined {
  let matching: CompiledRule[] | undefined;
  for (const rule of rules) {
    if (!rule.matches(subject)) continue;
    matching ??= [];
    matching.push(rule);
  }
  return matching;
}

/** The JSON of a match. What is the same for many matches is written once. */
function createLines(
  rules: readonly CompiledRule[],
): (rule: CompiledRule, event: Pick<CloudTrailEvent, 'id' | 'time'>) => string {
  const heads = new Map(rules.map((rule) => [rule, `{"ruleId":${JSON.stringify(rule.info.id)},"eventId":`]));
  return (rule, { id, time }) => `${heads.get(rule)}${JSON.stringify(id)},"eventTime":"${timeText(time)}"}`;
}

const DAY_MS = 86_400_000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
/** The day that was written last: `2026-11-22T`. */
const lastDay = { number: Number.NaN, text: '' };

/** ISO 8601, UTC, without fractions where there are none. */
export function timeText(time: number): string {
  const number = Math.floor(time / DAY_MS);
  const seconds = (time - number * DAY_MS) / 1000;
  if (!Number.isInteger(seconds)) return new Date(time).toISOString();
  if (number !== lastDay.number) {
    lastDay.text = new Date(time).toISOString().slice(0, -13);
    lastDay.number = number;
  }
  const hour = TWO_DIGITS[Math.floor(seconds / 3600)];
  const minute = TWO_DIGITS[Math.floor(seconds / 60) % 60];
  return `${lastDay.text}${hour}:${minute}:${TWO_DIGITS[seconds % 60]}Z`;
}
