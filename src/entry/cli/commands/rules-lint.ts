import { lintRules } from '../../../app/lint-rules.ts';
import { describeProblem } from '../../../domain/problem.ts';
import type { ExitCode } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

export interface LintOptions {
  readonly context?: string;
}

/** `trailhive rules lint`: a line for each error and each piece of advice. 1 where there are errors. */
export async function rulesLint(
  paths: readonly string[],
  options: LintOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { rules, errors, advice } = await lintRules({ paths, context: options.context });
  for (const problem of errors) terminal.out(`error  ${describeProblem(problem)}`);
  for (const problem of advice) terminal.out(`advice ${describeProblem(problem)}`);
  terminal.say(`rules lint: ${rules} sound, ${errors.length} errors, ${advice.length} advice`);
  return errors.length > 0 ? 1 : 0;
}
