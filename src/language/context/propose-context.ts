/**
 * A first set of context files from what a log shows: a proposal for people to read
 * and correct. It claims nothing that a log cannot show: no network is called the
 * company's own, and nothing is called critical.
 */
import type { LogFacts, SeenPrincipal } from './log-facts.ts';
import { proposeHours } from './propose-hours.ts';

export interface ProposedFile {
  /** `accounts.yml` */
  readonly name: string;
  readonly text: string;
}

/** Fewer calls make nobody a part of the company. */
const LEAST_CALLS = 5;
const MOST_ENTRIES = 200;
const MOST_ASSETS = 20;
const KINDS: ReadonlyMap<string, string> = new Map([
  ['person', 'person'],
  ['federated', 'person'],
  ['pipeline', 'pipeline'],
  ['service', 'service'],
]);

/** The files, each valid as it stands; one without an entry is left out. */
export function proposeContext(facts: LogFacts): readonly ProposedFile[] {
  const files = [
    file('accounts', 'accounts', accounts(facts)),
    file('principals', 'principals', principals(facts)),
    file('networks', 'networks', networks(facts)),
    file('images', 'images', images(facts)),
    file(
      'instance-types',
      'instanceTypes',
      listed('types', facts.instanceTypes, 'launch', /^[a-z0-9-]+\.[a-z0-9-]+$/),
    ),
    file('regions', 'regions', listed('regions', facts.regions, 'call', /^[a-z]{2}(-[a-z]+)+-\d$/)),
    file('assets', 'assets', assets(facts)),
    file('working-hours', 'workingHours', proposeHours(facts.hoursOfPeople)),
  ];
  const head = headOf(facts);
  return files.flatMap(({ name, list, entries }) => {
    if (entries.length === 0) return [];
    const isComment = entries.every((entry) => entry.startsWith('#'));
    const body = isComment ? [`# ${list}:`, ...entries] : [`${list}:`, ...entries];
    return [{ name: `${name}.yml`, text: [schemaLine(name), ...head, '', ...body, ''].join('\n') }];
  });
}

interface Drafted {
  readonly name: string;
  readonly list: string;
  readonly entries: readonly string[];
}

function file(name: string, list: string, entries: readonly string[]): Drafted {
  return { name, list, entries };
}

function schemaLine(name: string): string {
  return `# yaml-language-server: $schema=./schema/${name}.json`;
}

function headOf({ records, first, last }: LogFacts): readonly string[] {
  const day = (time: number) =>
    Number.isFinite(time) ? new Date(time).toISOString().slice(0, 10) : 'an unknown day';
  return [
    `# Proposed by trailhive context learn from ${records} records, ${day(first)} to ${day(last)}.`,
    '# Read every line: what an attacker did in that time is in here as well.',
  ];
}

function byCount<Seen>(
  seen: ReadonlyMap<string, Seen>,
  countOf: (seen: Seen) => number,
): (readonly [string, Seen])[] {
  return [...seen]
    .filter(([, each]) => countOf(each) > 0)
    .sort(([a, x], [b, y]) => countOf(y) - countOf(x) || (a < b ? -1 : 1))
    .slice(0, MOST_ENTRIES);
}

/** JSON text is YAML text too, whatever an attacker wrote; beyond ASCII it is escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function accounts(facts: LogFacts): readonly string[] {
  return byCount(facts.accounts, (calls) => calls).flatMap(([id, calls]) =>
    /^\d{12}$/.test(id)
      ? [
          `  - id: "${id}"  # ${counted(calls, 'call')}`,
          `    name: account-${id}`,
          '    # environment:',
          '    # owner:',
          '    # criticality: medium',
        ]
      : [],
  );
}

function principals(facts: LogFacts): readonly string[] {
  return byCount(facts.principals, ({ calls }) => calls)
    .filter(
      ([arn, seen]) => arn.startsWith('arn:') && arn.length <= 2048 && !/[*?\\]/.test(arn) && isKnown(seen),
    )
    .flatMap(([arn, { calls, nature }]) => [
      `  - arn: ${quoted(arn)}  # ${counted(calls, 'call')}`,
      `    kind: ${KINDS.get(nature)}`,
    ]);
}

function isKnown({ calls, nature }: SeenPrincipal): boolean {
  return calls >= LEAST_CALLS && KINDS.has(nature);
}

/** Networks that two people share, or that a tenth of all calls of people come from. */
function networks(facts: LogFacts): readonly string[] {
  const all = [...facts.networks.values()].reduce((sum, { calls }) => sum + calls, 0);
  return byCount(facts.networks, ({ calls }) => calls)
    .filter(([, { calls, people }]) => calls >= LEAST_CALLS && (people.size > 1 || calls * 10 >= all))
    .flatMap(([network, { calls, people }], index) => [
      `  - name: network-${index + 1}  # ${counted(calls, 'call')} of ${people.size} people`,
      '    kind: other  # company, vpn or nat where it is yours',
      `    cidrs: [${quoted(network)}]`,
    ]);
}

function images(facts: LogFacts): readonly string[] {
  const known = byCount(facts.images, ({ launches }) => launches).filter(([id]) =>
    /^ami-[0-9a-f]{8,17}$/.test(id),
  );
  return known.flatMap(([id, { launches }]) => [
    `  - id: ${id}  # ${counted(launches, 'launch')}`,
    '    allowed: true',
  ]);
}

/** Only what has the form of such a name: the others were never answered by AWS. */
function listed(
  key: string,
  seen: ReadonlyMap<string, number>,
  unit: string,
  form: RegExp,
): readonly string[] {
  const entries = byCount(seen, (count) => count).filter(([name]) => form.test(name));
  if (entries.length === 0) return [];
  return [
    `  - ${key}:`,
    ...entries.map(([name, count]) => `      - ${quoted(name)}  # ${counted(count, unit)}`),
  ];
}

/** `1 call`, `2 calls`, `2 launches` */
function counted(count: number, unit: string): string {
  if (count === 1) return `1 ${unit}`;
  return `${count} ${unit}${unit.endsWith('ch') ? 'es' : 's'}`;
}

/** A log does not say what matters: candidates, as comments. */
function assets(facts: LogFacts): readonly string[] {
  return byCount(facts.resources, (calls) => calls)
    .filter(
      ([arn]) =>
        /^arn:[a-z-]+:(s3|secretsmanager|kms|dynamodb|rds|cloudtrail):/.test(arn) && arn.length <= 512,
    )
    .slice(0, MOST_ASSETS)
    .flatMap(([arn, calls]) => [
      `#   - arn: ${quoted(arn)}  # ${counted(calls, 'call')}`,
      '#     criticality: high',
    ]);
}
