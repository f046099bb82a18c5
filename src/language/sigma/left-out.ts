/**
 * What CloudTrail left out of a record for its size. A field that is too large comes
 * as `{"omitted": true}`; whoever pads a call with blanks can so hide what it asks for.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
import { flagAt } from '../../domain/record.ts';
import { type FieldPath, type MatchSubject, parseFieldPath, type SubjectTest } from './field-value.ts';
import { someWitness, type Witness } from './witness.ts';

/** Keys of a record that CloudTrail leaves out where they are too large. */
export const LEFT_OUT_ROOTS = [
  'requestParameters',
  'responseElements',
  'additionalEventData',
  'serviceEventDetails',
] as const;

/** Facts of `company` that are of the caller or the setting, whatever was asked for. */
const NOT_OF_PARAMETERS = /^company\.(actor|network|inWorkingHours|regionInUse)/;

/** Tests of an event of which a part may have been left out. Absent: nothing that is tested can be. */
export interface Unsure {
  /** It may hold, for all that the record tells. */
  readonly could: SubjectTest;
  /** It holds, whatever was left out. */
  readonly must: SubjectTest;
}

/** A test, and the same where CloudTrail may have left out what is tested. */
interface Testing {
  readonly test: SubjectTest;
  readonly unsure?: Unsure | undefined;
}

/** Whether a field of an event was left out; undefined for a field that never is. */
function leftOutOf(path: FieldPath): SubjectTest | undefined {
  const [root = ''] = path.steps;
  const known = LEFT_OUT_ROOTS.find((each) => each === root);
  if (known !== undefined && path.steps.length > 1) return (subject) => wasLeftOut(subject, known);
  const isRead = root === 'derived' || root === 'target' || root === 'company';
  if (!isRead || NOT_OF_PARAMETERS.test(path.name)) return undefined;
  return (subject) => wasLeftOut(subject, 'requestParameters');
}

/** Whether CloudTrail left out what a field is read from. */
export function isLeftOut(field: string, subject: MatchSubject): boolean {
  return field !== '' && leftOutOf(parseFieldPath(field))?.(subject) === true;
}

function wasLeftOut({ record }: MatchSubject, root: (typeof LEFT_OUT_ROOTS)[number]): boolean {
  return flagAt(record, root, 'omitted') === true;
}

/** The same test of a field, for events that may lack it. */
export function unsureOfField(field: string, test: SubjectTest): Unsure | undefined {
  const leftOut = field === '' ? undefined : leftOutOf(parseFieldPath(field));
  if (leftOut === undefined) return undefined;
  return {
    could: (subject) => leftOut(subject) || test(subject),
    must: (subject) => !leftOut(subject) && test(subject),
  };
}

export function unsureOfNot({ unsure }: Testing): Unsure | undefined {
  if (unsure === undefined) return undefined;
  return { could: (subject) => !unsure.must(subject), must: (subject) => !unsure.could(subject) };
}

/** Of parts that are joined to one test, by whatever joins them. */
export function unsureOfParts(
  parts: readonly Testing[],
  join: (tests: readonly SubjectTest[]) => SubjectTest,
): Unsure | undefined {
  if (parts.every(({ unsure }) => unsure === undefined)) return undefined;
  return {
    could: join(parts.map(({ test, unsure }) => unsure?.could ?? test)),
    must: join(parts.map(({ test, unsure }) => unsure?.must ?? test)),
  };
}

/** Whether anything was left out of an event. It remembers its answer for the last event, as many rules ask. */
export function createLeavesOut(): SubjectTest {
  let last: MatchSubject | undefined;
  let answer = false;
  return (subject) => {
    if (subject !== last) {
      answer = LEFT_OUT_ROOTS.some((root) => wasLeftOut(subject, root));
      last = subject;
    }
    return answer;
  };
}

/**
 * The test, and true as well where it may hold for all that a record tells from which
 * CloudTrail left something out.
 */
export function inDoubtTrue({ test, unsure }: Testing, leavesOut: SubjectTest): SubjectTest {
  if (unsure === undefined) return test;
  return (subject) => test(subject) || (leavesOut(subject) && unsure.could(subject));
}

/** A record that lacks the field shows, in place of it, that it was left out. */
export function witnessInDoubt(field: string, witness: Witness | undefined): Witness | undefined {
  const [root = ''] = parseFieldPath(field).steps;
  if (witness === undefined || !LEFT_OUT_ROOTS.some((each) => each === root)) return witness;
  const none: ReadonlySet<string> = new Set();
  return someWitness([
    witness,
    { eventNames: none, identityTypes: none, texts: new Set(['"omitted"']), rank: witness.rank },
  ]);
}
