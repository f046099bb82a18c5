import { testRules } from '../../../app/test-rules.ts';
import { describeProblem } from '../../../domain/problem.ts';
import type { ExitCode } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

/** `trailhive rules test`: a line for each case that failed, and a closing line. */
export async function rulesTest(
  paths: readonly string[],
  options: { readonly context?: string },
  terminal: Terminal,
): Promise<ExitCode> {
  const { results, untested, advice } = await testRules({ paths, context: options.context });
  const { paint } = terminal;
  const failed = results.filter(({ problem }) => problem !== undefined);
  for (const { file, line, name, problem } of failed) {
    terminal.say(`${paint.bad('failed')} ${file}:${line} ${name}: ${problem}`);
  }
  for (const rule of untested) terminal.say(`${paint.warn('no test')} ${rule}`);
  for (const problem of advice) terminal.say(`${paint.warn('advice')} ${describeProblem(problem)}`);
  terminal.out(`rules test: ${results.length - failed.length} passed, ${failed.length} failed`);
  return failed.length > 0 ? 1 : 0;
}
