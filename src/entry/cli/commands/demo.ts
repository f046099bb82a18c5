import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Table from 'cli-table3';
import { renderFoundPage } from '../../../app/found-page.ts';
import { TrailhiveError } from '../../../domain/errors.ts';
import { readStory } from '../demo/data-file.ts';
import { type DeskCaseState, type DeskState, type Emulators, startEmulators } from '../demo/emulators.ts';
import { type DemoStack, startDemoStack, tally } from '../demo/stack.ts';
import { type Story, tellStory } from '../demo/story.ts';
import type { ExitCode } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

export interface DemoOptions {
  readonly data?: string;
  readonly keep?: boolean;
  readonly out: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What the story's developer was told apart by: the case that the analyst judges. */
const SUPPRESSIBLE_TYPE = 'ec2.security_group.opened';
const SANDBOX = '444455556666';

/**
 * `trailhive demo`: plays a story, or the user's own records, through the whole
 * chain on this machine. Redis is the caller's (`npm run demo` finds one), the
 * emulators run in a process of their own.
 */
export async function demo(
  options: DemoOptions,
  environment: Environment,
  terminal: Terminal,
): Promise<ExitCode> {
  const redisUrl = environment['REDIS_URL'];
  if (redisUrl === undefined) {
    throw new TrailhiveError(
      'config',
      'The demo needs a Redis: use `npm run demo`, which finds one, or set REDIS_URL.',
    );
  }
  const now = Date.now();
  const { story, latenessHours } = storyOf(options, now, terminal);
  terminal.say('Starting the emulators of SQS, S3 and TheHive, and trailhive …');
  const emulators = await startEmulators();
  const logLevel = environment['TRAILHIVE_LOG'] ?? 'error';
  const stack = await startDemoStack(emulators, { redisUrl, latenessHours, logLevel });
  try {
    await play(story, emulators, stack, terminal);
    showCases(await emulators.desk(), terminal);
    if (story.repeat !== undefined) await judge(story.repeat, emulators, stack, terminal);
    const line = await finish(options, emulators, stack, terminal);
    if (options.keep === true) await keepRunning(emulators, stack, terminal);
    terminal.out(line);
    return 0;
  } finally {
    await stack.stop();
    emulators.stop();
  }
}

type Played = Omit<Story, 'repeat'> & Partial<Pick<Story, 'repeat'>>;

function storyOf(
  { data }: DemoOptions,
  now: number,
  terminal: Terminal,
): { readonly story: Played; readonly latenessHours: number } {
  if (data === undefined) return { story: tellStory(now), latenessHours: 24 };
  const { objects, unreadable, oldest } = readStory(data);
  if (unreadable > 0)
    terminal.say(terminal.paint.warn(`${unreadable} lines of ${data} are not JSON and are left out.`));
  // A replay states its span: nothing in it is late.
  const latenessHours = Math.max(24, Math.ceil((now - oldest) / 3_600_000) + 1);
  return { story: { objects }, latenessHours };
}

async function play(
  story: Played,
  emulators: Emulators,
  stack: DemoStack,
  terminal: Terminal,
): Promise<void> {
  const total = story.objects.reduce((sum, { records }) => sum + records.length, 0);
  terminal.say(`${story.objects.length} CloudTrail objects with ${total} records go through S3 and SQS.`);
  terminal.say(
    terminal.paint.soft(
      'Demo profile: one verdict hides at once; in real life it takes more (docs/adr/0007-suppression.md).',
    ),
  );
  const progress = terminal.progress('records');
  for (const object of story.objects) await emulators.deliver(object, Date.now());
  let done = 0;
  await stack.settle((records) => {
    done = records;
    progress.update(records, total);
  });
  progress.end(`${done} of ${total} processed`);
}

const SEVERITY_NAMES = ['', 'low', 'medium', 'high', 'critical'] as const;
const MIN_TITLE_WIDTH = 20;
const MAX_TITLE_WIDTH = 90;

function showCases(desk: DeskState, terminal: Terminal): void {
  const statusWidth = Math.max(
    ...['Status', ...desk.cases.map(({ status }) => status)].map(({ length }) => length),
  );
  const widths = [6, 10, statusWidth + 2, 8, 13];
  // The title takes the rest of the line; each column has a border.
  const taken = widths.reduce((sum, width) => sum + width + 1, 2);
  const titleWidth = Math.min(MAX_TITLE_WIDTH, Math.max(MIN_TITLE_WIDTH, terminal.width - taken));
  const table = new Table({
    head: ['Case', 'Severity', 'Status', 'Alerts', 'Observables', 'Title'],
    style: { head: [], border: [] },
    colWidths: [...widths, titleWidth],
    wordWrap: true,
  });
  for (const one of desk.cases) {
    table.push([
      `#${one.number}`,
      SEVERITY_NAMES[one.severity] ?? String(one.severity),
      one.status,
      desk.alerts.filter(({ caseId }) => caseId === one._id).length,
      desk.observables.filter(({ parent }) => parent.id === one._id).length,
      one.title,
    ]);
  }
  terminal.say(table.toString());
}

/** The analyst closes the developer's case; then the developer does it again. */
async function judge(
  repeat: Story['repeat'],
  emulators: Emulators,
  stack: DemoStack,
  terminal: Terminal,
): Promise<void> {
  const { paint } = terminal;
  const judged = await suppressibleCase(await emulators.desk(), stack);
  if (judged === undefined) {
    throw new TrailhiveError('permanent', 'The case that the analyst should judge was not opened.');
  }
  terminal.say(
    `The analyst closes case #${judged.number} as ${paint.bold('FalsePositive')}: a test machine in the sandbox.`,
  );
  await emulators.closeCase(judged.number, {
    status: 'FalsePositive',
    summary: 'A test machine in the sandbox, expected behaviour.',
  });
  await stack.settle(() => {});
  const [suppression] = await stack.service.stores.suppressions.list();
  terminal.say(
    `The webhook told trailhive; a suppression is ${paint.bold(suppression?.state ?? 'not there')}.`,
  );
  await emulators.deliver(repeat, Date.now());
  await stack.settle(() => {});
  const { hidden } = await tally(stack.service.journal);
  terminal.say(
    `The developer does the same again: ${paint.good(`${hidden} finding hidden`)}, journalled and counted.`,
  );
}

async function suppressibleCase(desk: DeskState, stack: DemoStack): Promise<DeskCaseState | undefined> {
  for (const { sourceRef, type, caseId } of desk.alerts) {
    const stored = type === SUPPRESSIBLE_TYPE ? await stack.service.stores.alerts.read(sourceRef) : undefined;
    if (stored?.alert.account === SANDBOX) return desk.cases.find(({ _id }) => _id === caseId);
  }
  return undefined;
}

/** Writes the page and returns the closing line. */
async function finish(
  { out, data }: DemoOptions,
  emulators: Emulators,
  stack: DemoStack,
  terminal: Terminal,
): Promise<string> {
  const desk = await emulators.desk();
  const counted = await tally(stack.service.journal);
  // A case that was folded into an elder one is none of its own.
  const cases = desk.cases.filter(({ status }) => status !== 'Duplicated');
  const counts = { ...counted, alerts: desk.alerts.length, cases: cases.length };
  const stored = await Promise.all(
    desk.alerts.map(({ sourceRef }) => stack.service.stores.alerts.read(sourceRef)),
  );
  const page = await renderFoundPage({
    title: 'What trailhive found',
    madeAt: Date.now(),
    note: data === undefined ? 'The demo’s built-in story.' : `The records of ${data}.`,
    counts,
    alerts: stored.flatMap((one) => (one === undefined ? [] : [one.alert])),
    cases: cases.map(({ _id, number, title, status, severity }) => ({
      number,
      title,
      status,
      severity: severity >= 1 && severity <= 4 ? (SEVERITY_NAMES[severity as 1 | 2 | 3 | 4] ?? 'low') : 'low',
      alerts: desk.alerts.filter(({ caseId }) => caseId === _id).map(({ sourceRef }) => sourceRef),
    })),
  });
  mkdirSync(out, { recursive: true });
  const file = join(resolve(out), 'report.html');
  writeFileSync(file, page);
  terminal.say(`The page with alerts, cases and observables: ${terminal.paint.bold(file)}`);
  const { records, findings, alerts, cases: caseCount, hidden } = counts;
  return `demo: ${records} records, ${findings} findings, ${alerts} alerts, ${caseCount} cases, ${hidden} hidden`;
}

async function keepRunning(emulators: Emulators, stack: DemoStack, terminal: Terminal): Promise<void> {
  terminal.say(
    `The emulated TheHive: ${terminal.paint.bold(emulators.thehive.url)} (key ${emulators.thehive.apiKey})`,
  );
  terminal.say(`trailhive: ${stack.webhookUrl} (/metrics, /readyz). Ctrl+C ends all of it.`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
