import {
  compileValue,
  someTest,
  type ValueSurroundings,
  type ValueTest,
  type ViewTest,
} from './compile-value.ts';
import type { MatchSubject, SubjectTest } from './field-value.ts';
import { type Unsure, unsureOfField, witnessInDoubt } from './left-out.ts';
import type { DetectionItem } from './sigma-rule.ts';
import { type Witness, witnessOfItem } from './witness.ts';

export interface CompileOptions extends ValueSurroundings {
  /** Tests of items by what they ask, so that equal items of several rules are tested once an event. */
  readonly shared: Map<string, SubjectTest>;
  /** Matches in doubt, where CloudTrail left out what is tested: its witness must ask for less then. */
  readonly inDoubt?: boolean;
  /** Takes note of something that cannot be matched. */
  readonly report: (line: number, message: string) => void;
}

/** A test, and what it needs: it is false for every event that does not have it. undefined: any may match. */
export interface CompiledTest {
  readonly test: SubjectTest;
  /** The same where CloudTrail may have left out what is tested; absent: it never does. */
  readonly unsure?: Unsure | undefined;
  /** Folded. */
  readonly eventNames: ReadonlySet<string> | undefined;
  /** Folded. */
  readonly eventSources: ReadonlySet<string> | undefined;
  readonly witness: Witness | undefined;
}

/** One item of a selection as a test of events. */
export function compileItem(item: DetectionItem, options: CompileOptions): CompiledTest {
  const { chain, field } = item;
  const complainAt = (line: number) => (message: string) => options.report(line, `"${item.key}": ${message}`);
  if (field === '') reportKeywordFaults(item, complainAt(item.line));
  const values = item.values.map((value, index) =>
    compileValue(value, item, options, complainAt(item.valueLines[index] ?? item.line)),
  );
  const read = field === '' ? options.reader.everything() : options.reader.field(field);
  const matches = chain.all ? everyTest(values) : someTest(values);
  const test: SubjectTest = chain.neq
    ? (subject) => !matches(read(subject), subject)
    : (subject) => matches(read(subject), subject);
  const asked = sharedTest(item, test, options.shared);
  const witness = witnessOfItem(item, values);
  return {
    test: asked,
    unsure: unsureOfField(field, asked),
    eventNames: field === 'eventName' ? textsThatMatch(item, values) : undefined,
    eventSources: field === 'eventSource' ? textsThatMatch(item, values) : undefined,
    witness: options.inDoubt === true ? witnessInDoubt(field, witness) : witness,
  };
}

/** The test that an equal item has already, else this one. It remembers its answer for the last subject. */
function sharedTest(item: DetectionItem, test: SubjectTest, shared: Map<string, SubjectTest>): SubjectTest {
  const values = item.values.map((value) => [typeof value, String(value)]);
  const question = JSON.stringify([item.field, item.chain, values]);
  const known = shared.get(question);
  if (known !== undefined) return known;
  let last: MatchSubject | undefined;
  let answer = false;
  const remembering: SubjectTest = (subject) => {
    if (subject !== last) {
      answer = test(subject);
      last = subject;
    }
    return answer;
  };
  shared.set(question, remembering);
  return remembering;
}

function reportKeywordFaults({ chain, values }: DetectionItem, complain: (message: string) => void): void {
  const isText = chain.comparison === 'text' && (chain.place === undefined || chain.place === 'contains');
  if (!isText && chain.comparison !== 're') {
    complain('keywords are looked for anywhere in the event, so this modifier needs a field. Name one.');
  }
  if (values.includes(null)) complain('null is no keyword. Name the field that must be absent.');
}

/** The only texts that match; undefined where there are others. */
function textsThatMatch(
  { chain }: DetectionItem,
  values: readonly ValueTest[],
): ReadonlySet<string> | undefined {
  if (chain.neq || (chain.all && values.length > 1)) return undefined;
  const names = values.map(({ exact, within }) => exact ?? within);
  return names.includes(undefined) ? undefined : new Set(names.flatMap((texts) => texts ?? []));
}

function everyTest(values: readonly ValueTest[]): ViewTest {
  const tests = values.map((value) => someTest([value]));
  return (view, subject) => tests.every((test) => test(view, subject));
}
