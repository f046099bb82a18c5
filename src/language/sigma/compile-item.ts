import {
  compileValue,
  someTest,
  type ValueSurroundings,
  type ValueTest,
  type ViewTest,
} from './compile-value.ts';
import type { MatchSubject } from './field-value.ts';
import type { DetectionItem } from './sigma-rule.ts';

export interface CompileOptions extends ValueSurroundings {
  /** Takes note of something that cannot be matched. */
  readonly report: (line: number, message: string) => void;
}

export type SubjectTest = (subject: MatchSubject) => boolean;

/** A test, and the event names that it needs: it is false for every other. undefined: any may match. */
export interface CompiledTest {
  readonly test: SubjectTest;
  readonly eventNames: ReadonlySet<string> | undefined;
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
  return {
    test: chain.neq
      ? (subject) => !matches(read(subject), subject)
      : (subject) => matches(read(subject), subject),
    eventNames: eventNamesOf(item, values),
  };
}

function reportKeywordFaults({ chain, values }: DetectionItem, complain: (message: string) => void): void {
  const isText = chain.comparison === 'text' && (chain.place === undefined || chain.place === 'contains');
  if (!isText && chain.comparison !== 're') {
    complain('keywords are looked for anywhere in the event, so this modifier needs a field. Name one.');
  }
  if (values.includes(null)) complain('null is no keyword. Name the field that must be absent.');
}

function eventNamesOf(
  { field, chain }: DetectionItem,
  values: readonly ValueTest[],
): ReadonlySet<string> | undefined {
  if (field !== 'eventName' || chain.neq || (chain.all && values.length > 1)) return undefined;
  const names = values.map(({ exact, within }) => exact ?? within);
  return names.includes(undefined) ? undefined : new Set(names.flatMap((texts) => texts ?? []));
}

function everyTest(values: readonly ValueTest[]): ViewTest {
  const tests = values.map((value) => someTest([value]));
  return (view, subject) => tests.every((test) => test(view, subject));
}
