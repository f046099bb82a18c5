/**
 * The test that stands beside a rule, `x.test.yml` beside `x.yml`: records that
 * must make it fire, and near misses that must not. This file reads and checks
 * the text and spells the records out; running them is for `pipeline/rule-test.ts`.
 */
import Type, { type Static } from 'typebox';
import type { CompanyContext } from '../domain/company.ts';
import type { CloudTrailRecord } from '../domain/event.ts';
import type { Problem } from '../domain/problem.ts';
import { parseContext } from './context.ts';
import { compileSchema } from './schema.ts';
import { parseTimespan } from './sigma/timespan.ts';
import { parseYaml, type YamlDocument } from './yaml.ts';

const CLOSED = { additionalProperties: false };
const PartialRecord = Type.Record(Type.String(), Type.Unknown());

const CaseSchema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    expect: Type.Enum(['fires', 'silent']),
    /** How many alerts come of it; any number where it is left out. */
    count: Type.Optional(Type.Integer({ minimum: 1 })),
    /** The list of records is played this often. */
    repeat: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    /** Time between a record and the next. */
    every: Type.Optional(
      Type.String({ pattern: '^[0-9]+[smhd]$', description: 'a timespan such as 30s or 10m' }),
    ),
    /** What the company knows, as in a file of `context/`; in place of that of the whole test. */
    context: Type.Optional(PartialRecord),
    records: Type.Array(PartialRecord, { minItems: 1 }),
  },
  CLOSED,
);

/** Schema of a `.test.yml` file. */
export const RuleTestSchema = Type.Object(
  {
    rule: Type.String({ minLength: 1 }),
    base: Type.Optional(PartialRecord),
    /** What the company knows, as in a file of `context/`; without it nothing. */
    context: Type.Optional(PartialRecord),
    cases: Type.Array(CaseSchema, { minItems: 1 }),
  },
  CLOSED,
);

type RuleTestText = Static<typeof RuleTestSchema>;
type CaseText = Static<typeof CaseSchema>;

const schema = compileSchema<RuleTestText>(RuleTestSchema);

/** One case, its records complete: each has its own id and time. */
export interface RuleTestCase {
  readonly name: string;
  readonly expect: 'fires' | 'silent';
  readonly count?: number;
  readonly records: readonly CloudTrailRecord[];
  /** What the case supposes that the company knows; absent: what the caller of the test knows. */
  readonly company?: CompanyContext;
  readonly line: number;
}

/** The test of one rule. */
export interface RuleTest {
  readonly file: string;
  /** Id of the rule under test. */
  readonly ruleId: string;
  readonly cases: readonly RuleTestCase[];
}

/** What a record is where the test says nothing else: a user's call by the command line. */
const BASE: CloudTrailRecord = {
  eventVersion: '1.09',
  userIdentity: {
    type: 'IAMUser',
    principalId: 'AIDACKCEVSQ6C2EXAMPLE',
    arn: 'arn:aws:iam::111122223333:user/alice',
    accountId: '111122223333',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    userName: 'alice',
  },
  eventSource: 'ec2.amazonaws.com',
  eventName: 'DescribeInstances',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.7',
  userAgent: 'aws-cli/2.15.0',
  requestParameters: null,
  responseElements: null,
  readOnly: false,
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: '111122223333',
  eventCategory: 'Management',
};

/** Morning: a case of some hours stays within one day, and so within one period of most rules. */
const START = Date.parse('2026-11-22T08:00:00Z');

/**
 * Reads one test file. A record's keys replace those of the file's `base`, which
 * replace those of a plain call; whole keys, not parts of them. Times and ids that
 * a record does not state are given out in order.
 */
export function parseRuleTest(
  text: string,
  file: string,
): { tests: readonly RuleTest[]; problems: readonly Problem[] } {
  const { documents, problems } = parseYaml(text, file);
  const read = documents.filter((document) => schema.check(document.value)).map(testOf);
  return {
    tests: read.map(({ test }) => test),
    problems: [
      ...problems,
      ...documents.flatMap((document) => schema.problems(document)),
      ...read.flatMap((one) => one.problems),
    ],
  };
}

function testOf(document: YamlDocument): { readonly test: RuleTest; readonly problems: readonly Problem[] } {
  const { rule, base, context, cases } = document.value as RuleTestText;
  const shared = companyAt(document, context, ['context']);
  const problems = [...shared.problems];
  const read = cases.map((one, index) => {
    const own = companyAt(document, one.context, ['cases', index, 'context']);
    problems.push(...own.problems);
    const company = own.company ?? shared.company;
    return {
      name: one.name,
      expect: one.expect,
      ...(one.count === undefined ? {} : { count: one.count }),
      records: recordsOf(one, base ?? {}),
      ...(company === undefined ? {} : { company }),
      line: document.lineOf(['cases', index]),
    };
  });
  return { test: { file: document.file, ruleId: rule, cases: read }, problems };
}

/** Its problems are told at the line of `context`, as the part has no lines of its own. */
function companyAt(
  { file, lineOf }: YamlDocument,
  context: CaseText['context'],
  path: readonly (string | number)[],
): { readonly company?: CompanyContext; readonly problems: readonly Problem[] } {
  if (context === undefined) return { problems: [] };
  // JSON is YAML, so the part reads as a file of its own.
  const parsed = parseContext([{ file, text: JSON.stringify(context) }]);
  const line = lineOf(path);
  return { company: parsed.context, problems: parsed.problems.map((problem) => ({ ...problem, line })) };
}

function recordsOf(one: CaseText, base: CloudTrailRecord): readonly CloudTrailRecord[] {
  const stepMs = parseTimespan(one.every ?? '1s') ?? 1000;
  const rounds = Array.from({ length: one.repeat ?? 1 }, () => one.records).flat();
  return rounds.map((record, index) => ({
    ...BASE,
    eventID: `test-${index}`,
    eventTime: new Date(START + index * stepMs).toISOString().replace('.000Z', 'Z'),
    ...base,
    ...record,
  }));
}
