import { Command, CommanderError } from 'commander';
import { type ExitCode, exitOf } from './exit.ts';
import type { Terminal } from './terminal.ts';

export interface ProgramDeps {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly version: string;
}

const CONFIG_OPTION = ['-c, --config <file>', 'configuration file', 'trailhive.yml'] as const;
const CONTEXT_OPTION = [
  '--context <folder>',
  'context folder: what rules may ask of the company, and placeholders',
] as const;
const SKIP_OPTION = [
  '--skip-invalid',
  'leave invalid rules, playbooks and context files out, and say so',
] as const;

/**
 * Runs the command line and returns its exit code: 0 done, 1 failed, 2 wrong use
 * or configuration. A command's code is loaded when it is called, so that
 * `--help` and `match` do not wait for the queue and AWS libraries.
 */
export async function runProgram(args: readonly string[], deps: ProgramDeps): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = createProgram(deps, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { code, message } = exitOf(error);
    deps.terminal.say(deps.terminal.paint.bad(message));
    return code;
  }
}

function createProgram(deps: ProgramDeps, done: (code: ExitCode) => void): Command {
  const { terminal } = deps;
  const program = new Command('trailhive')
    .description(
      'Watches AWS CloudTrail with Sigma rules and windows, and works its alerts and cases in TheHive.',
    )
    .version(deps.version)
    .showHelpAfterError('(--help shows the options, and examples)')
    .addHelpText(
      'after',
      examples(['trailhive check', 'trailhive serve', 'trailhive match --rules rules events.ndjson']),
    )
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.say(text.trimEnd()),
    })
    .exitOverride();
  addLive(program, deps, done);
  addOffline(program, deps, done);
  addRules(program, deps, done);
  addContext(program, deps, done);
  // Subcommands do not inherit it.
  for (const command of allCommands(program)) command.exitOverride().copyInheritedSettings(program);
  return program;
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

function addLive(program: Command, deps: ProgramDeps, done: (code: ExitCode) => void): void {
  const { terminal, environment } = deps;
  program
    .command('serve')
    .description('run the service: ingest, workers and webhook')
    .option(...CONFIG_OPTION)
    .option('--role <names>', 'what this process does, by commas', 'ingest,worker,webhook')
    .option(...SKIP_OPTION)
    .addHelpText(
      'after',
      examples(['trailhive serve', 'trailhive serve --role worker -c /etc/trailhive/trailhive.yml']),
    )
    .action(async (options) => done(await (await import('./commands/serve.ts')).serve(options, environment)));
  program
    .command('check')
    .description('look at configuration, Redis, SQS, S3 and TheHive; each line is ok, or says what to do')
    .option(...CONFIG_OPTION)
    .addHelpText('after', examples(['trailhive check', 'trailhive check -c /etc/trailhive/trailhive.yml']))
    .action(async (options) =>
      done(await (await import('./commands/check.ts')).check(options, environment, terminal)),
    );
  program
    .command('setup')
    .description('install what trailhive needs in other systems')
    .addHelpText('after', examples(['trailhive setup thehive']))
    .command('thehive')
    .description('custom fields, observable types (admin key) and case templates in TheHive; may be repeated')
    .option(...CONFIG_OPTION)
    .addHelpText('after', examples(['TRAILHIVE_THEHIVE_ADMIN_KEY=… trailhive setup thehive']))
    .action(async (options) =>
      done(await (await import('./commands/setup.ts')).setup(options, environment, terminal)),
    );
}

function addOffline(program: Command, deps: ProgramDeps, done: (code: ExitCode) => void): void {
  const { terminal, stdin, environment } = deps;
  program
    .command('match')
    .description('run Sigma rules over CloudTrail files, without Redis: one JSON line a match')
    .argument('<files...>', 'files or folders: .json, .ndjson, either with .gz; - is standard input')
    .requiredOption('--rules <path>', 'rule file or folder; may be repeated', collect)
    .option(...CONTEXT_OPTION)
    .option(...SKIP_OPTION)
    .addHelpText(
      'after',
      examples([
        'trailhive match --rules rules events.ndjson',
        'zcat log.json.gz | trailhive match --rules my-rules -',
      ]),
    )
    .action(async (files, options) =>
      done(await (await import('./commands/match.ts')).match(files, options, terminal, stdin)),
    );
  program
    .command('demo')
    .description(
      'play a story through the whole chain on this machine, with emulators of SQS, S3 and TheHive',
    )
    .option('--data <file>', 'play this NDJSON file of CloudTrail records instead of the built-in story')
    .option('--keep', 'leave everything running until Ctrl+C')
    .option('--out <folder>', 'where the page goes', 'demo-out')
    .addHelpText('after', examples(['npm run demo', 'npm run demo -- --data events.ndjson --keep']))
    .action(async (options) =>
      done(await (await import('./commands/demo.ts')).demo(options, environment, terminal)),
    );
}

const PATHS_ARGUMENT = [
  '[paths...]',
  'rule files and folders; those of trailhive, if none is named',
] as const;

function addRules(program: Command, deps: ProgramDeps, done: (code: ExitCode) => void): void {
  const rules = program
    .command('rules')
    .description('work on rules')
    .addHelpText('after', examples(['trailhive rules test', 'trailhive rules lint my-rules']));
  const { terminal } = deps;
  rules
    .command('test')
    .description('run the .test.yml beside each rule')
    .argument(...PATHS_ARGUMENT)
    .option(...CONTEXT_OPTION)
    .addHelpText('after', examples(['trailhive rules test', 'trailhive rules test my-rules']))
    .action(async (paths, options) =>
      done(await (await import('./commands/rules-test.ts')).rulesTest(paths, options, terminal)),
    );
  rules
    .command('lint')
    .description('look rules over: errors, and advice on what works but is probably not meant')
    .argument(...PATHS_ARGUMENT)
    .option(...CONTEXT_OPTION)
    .addHelpText(
      'after',
      examples(['trailhive rules lint', 'trailhive rules lint my-rules --context context']),
    )
    .action(async (paths, options) =>
      done(await (await import('./commands/rules-lint.ts')).rulesLint(paths, options, terminal)),
    );
  addRuleViews(rules, deps, done);
}

function addRuleViews(
  rules: Command,
  { terminal, stdin }: ProgramDeps,
  done: (code: ExitCode) => void,
): void {
  rules
    .command('explain')
    .description('say why a rule matches an event, or which part of it does not hold')
    .argument('<rule>', 'rule file, or the id or name of a rule')
    .argument('<event>', 'file of one or more CloudTrail records; - is standard input')
    .option('--rules <path>', 'where else to look for rules and filters; may be repeated', collect)
    .option(...CONTEXT_OPTION)
    .addHelpText(
      'after',
      examples([
        'trailhive rules explain my-rules/x.yml event.json',
        'trailhive rules explain my_rule - --rules my-rules',
      ]),
    )
    .action(async (rule, event, options) =>
      done(
        await (await import('./commands/rules-explain.ts')).rulesExplain(
          rule,
          event,
          options,
          terminal,
          stdin,
        ),
      ),
    );
  rules
    .command('coverage')
    .description('show what the tags of the rules cover of MITRE ATT&CK, by tactic')
    .argument(...PATHS_ARGUMENT)
    .option('--navigator <file>', 'write a layer for ATT&CK Navigator (format 4.5)')
    .option(...CONTEXT_OPTION)
    .addHelpText(
      'after',
      examples(['trailhive rules coverage', 'trailhive rules coverage my-rules --navigator layer.json']),
    )
    .action(async (paths, options) =>
      done(await (await import('./commands/rules-coverage.ts')).rulesCoverage(paths, options, terminal)),
    );
}

function addContext(program: Command, deps: ProgramDeps, done: (code: ExitCode) => void): void {
  const { terminal, stdin } = deps;
  const context = program
    .command('context')
    .description('work on what the company knows of itself: context files and IAM snapshots')
    .addHelpText(
      'after',
      examples(['trailhive context check', 'trailhive context learn logs/ --out context']),
    );
  context
    .command('check')
    .description('find errors, contradictions, and ids that a log never shows; 1 where there are errors')
    .argument('[folder]', 'context folder', 'context')
    .option('--log <path>', 'file or folder of CloudTrail records; may be repeated', collect)
    .addHelpText(
      'after',
      examples(['trailhive context check', 'trailhive context check my-context --log logs/']),
    )
    .action(async (folder, options) =>
      done(await (await import('./commands/context.ts')).contextCheck(folder, options, terminal, stdin)),
    );
  context
    .command('learn')
    .description('propose a first set of context files from past records')
    .argument('<files...>', 'files or folders: .json, .ndjson, either with .gz; - is standard input')
    .option('--out <folder>', 'write the files there; never overwrites. Default: standard output')
    .addHelpText(
      'after',
      examples(['trailhive context learn logs/', 'trailhive context learn logs/ --out context']),
    )
    .action(async (files, options) =>
      done(await (await import('./commands/context.ts')).contextLearn(files, options, terminal, stdin)),
    );
  addContextPulls(context, deps, done);
}

const REGION_OPTION = ['--region <name>', 'AWS region; default: that of the configuration'] as const;
const ENDPOINT_OPTION = ['--endpoint <url>', 'address of an emulator or VPC endpoint'] as const;

function addContextPulls(context: Command, deps: ProgramDeps, done: (code: ExitCode) => void): void {
  const { terminal, stdin } = deps;
  context
    .command('pull-iam')
    .description('ask IAM who may do what (iam:GetAccountAuthorizationDetails), for the reach of actors')
    .option(...CONFIG_OPTION)
    .option('--out <folder>', 'where the snapshots go; default: context.iam of the configuration, or iam')
    .option('--role <arn>', 'role to assume, one an account; may be repeated', collect)
    .option('--external-id <text>', 'external id of the roles')
    .option(...REGION_OPTION)
    .option(...ENDPOINT_OPTION)
    .addHelpText(
      'after',
      examples([
        'trailhive context pull-iam --out iam',
        'trailhive context pull-iam --role arn:aws:iam::999988887777:role/trailhive-read-iam',
      ]),
    )
    .action(async (options) =>
      done(await (await import('./commands/context.ts')).contextPullIam(options, terminal)),
    );
  context
    .command('pull-images')
    .description('ask EC2 who owns the machine images that are listed or were started (ec2:DescribeImages)')
    .argument('[folder]', 'context folder; images-pulled.yml in it is written', 'context')
    .option(...CONFIG_OPTION)
    .option('--log <path>', 'file or folder of CloudTrail records; may be repeated', collect)
    .option(
      '--region <name>',
      'where listed images are; may be repeated. Default: the listed regions',
      collect,
    )
    .option(...ENDPOINT_OPTION)
    .addHelpText(
      'after',
      examples([
        'trailhive context pull-images --region eu-west-1',
        'trailhive context pull-images --log logs/',
      ]),
    )
    .action(async (folder, options) =>
      done(await (await import('./commands/context.ts')).contextPullImages(folder, options, terminal, stdin)),
    );
}

function collect(value: string, known: readonly string[] = []): string[] {
  return [...known, value];
}

function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
