import { existsSync } from 'node:fs';
import { checkContext, learnContext, writeProposed } from '../../../app/context-commands.ts';
import { readLogFacts } from '../../../app/log-facts.ts';
import { loadConfig } from '../../../config/load.ts';
import type { Config } from '../../../config/schema.ts';
import { describeProblem } from '../../../domain/problem.ts';
import type { ExitCode } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

type Stdin = AsyncIterable<Uint8Array>;

/** `trailhive context check`: a line for each error and for each id that the log lacks. 1 where there are errors. */
export async function contextCheck(
  folder: string,
  options: { readonly log?: readonly string[] },
  terminal: Terminal,
  stdin: Stdin,
): Promise<ExitCode> {
  const facts = options.log === undefined ? undefined : await factsOf(options.log, terminal, stdin);
  const { files, entries, errors, unseen } = await checkContext(folder, facts);
  for (const problem of errors) terminal.out(`error  ${describeProblem(problem)}`);
  for (const problem of unseen) terminal.out(`unseen ${describeProblem(problem)}`);
  const listed = Object.entries(entries).map(([list, count]) => `${list} ${count}`);
  const seen = facts === undefined ? '' : `, ${unseen.length} never seen in ${facts.records} records`;
  const all = listed.length === 0 ? 'nothing listed' : listed.join(', ');
  terminal.say(`context check: ${files} files, ${all}; ${errors.length} errors${seen}`);
  return errors.length > 0 ? 1 : 0;
}

/** `trailhive context learn`: the proposed files, on standard output or in a folder. */
export async function contextLearn(
  files: readonly string[],
  options: { readonly out?: string },
  terminal: Terminal,
  stdin: Stdin,
): Promise<ExitCode> {
  const facts = await factsOf(files, terminal, stdin);
  const proposed = learnContext(facts);
  if (options.out === undefined) {
    for (const [index, { name, text }] of proposed.entries()) {
      terminal.out(`${index === 0 ? '' : '---\n'}# ${name}\n${text.trimEnd()}`);
    }
  } else {
    const written = await writeProposed(options.out, proposed);
    for (const file of written) terminal.out(file);
  }
  terminal.say(
    `context learn: ${proposed.length} files proposed from ${facts.records} records; read them before use`,
  );
  return 0;
}

export interface PullIamOptions {
  readonly config: string;
  readonly out?: string;
  readonly role?: readonly string[];
  readonly externalId?: string;
  readonly region?: string;
  readonly endpoint?: string;
}

/** `trailhive context pull-iam`: a line for each account. */
export async function contextPullIam(options: PullIamOptions, terminal: Terminal): Promise<ExitCode> {
  const config = configIfThere(options.config);
  const { pullIam } = await import('../../../app/pull-iam.ts');
  const { externalId } = options;
  const roles = options.role?.map((arn) => (externalId === undefined ? { arn } : { arn, externalId }));
  const pulled = await pullIam({
    folder: options.out ?? config?.context.iam ?? 'iam',
    aws: placeOf(config, options.region, options.endpoint),
    roles: roles ?? config?.context.iamRoles ?? [],
  });
  for (const { account, file, principals } of pulled) {
    terminal.out(`${file}  ${principals} users and roles of ${account}`);
  }
  return 0;
}

export interface PullImagesOptions {
  readonly config: string;
  readonly log?: readonly string[];
  readonly region?: readonly string[];
  readonly endpoint?: string;
}

/** `trailhive context pull-images`: writes `images-pulled.yml` in the context folder. */
export async function contextPullImages(
  folder: string,
  options: PullImagesOptions,
  terminal: Terminal,
  stdin: Stdin,
): Promise<ExitCode> {
  const config = configIfThere(options.config);
  const facts = options.log === undefined ? undefined : await factsOf(options.log, terminal, stdin);
  const { pullImages } = await import('../../../app/pull-images.ts');
  const { file, asked, found } = await pullImages({
    folder,
    aws: placeOf(config, undefined, options.endpoint),
    regions: options.region ?? [],
    facts,
  });
  if (asked === 0) terminal.say('context pull-images: no image is listed or was started; nothing was asked');
  else terminal.out(`${file}  ${found} of ${asked} images known to EC2`);
  return 0;
}

/** These commands do without a configuration: they come before one is written. */
function configIfThere(file: string): Config | undefined {
  return existsSync(file) ? loadConfig(file) : undefined;
}

function placeOf(
  config: Config | undefined,
  region: string | undefined,
  endpoint: string | undefined,
): Config['aws'] {
  const from = endpoint ?? config?.aws.endpoint;
  return {
    region: region ?? config?.aws.region ?? 'us-east-1',
    ...(from === undefined ? {} : { endpoint: from }),
  };
}

async function factsOf(files: readonly string[], terminal: Terminal, stdin: Stdin) {
  const progress = terminal.progress('reading:');
  const facts = await readLogFacts(files, {
    stdin,
    now: Date.now(),
    onProblem: (problem) => {
      progress.clear();
      terminal.say(terminal.paint.warn(describeProblem(problem)));
    },
    onProgress: (records) => progress.update(records, 0),
  });
  progress.end(`${facts.records} records`);
  return facts;
}
