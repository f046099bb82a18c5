import { matchFiles } from '../../../app/match-files.ts';
import { describeProblem } from '../../../domain/problem.ts';
import type { ExitCode } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

export interface MatchOptions {
  readonly rules: readonly string[];
  readonly skipInvalid?: boolean;
  readonly context?: string;
}

/** `trailhive match`: one JSON line a match on standard output. 1 where something could not be read. */
export async function match(
  files: readonly string[],
  options: MatchOptions,
  terminal: Terminal,
  stdin: AsyncIterable<Uint8Array>,
): Promise<ExitCode> {
  let problems = 0;
  let matches = 0;
  let records = 0;
  await matchFiles({
    rules: options.rules,
    context: options.context,
    files,
    stdin,
    skipInvalid: options.skipInvalid === true,
    now: Date.now(),
    onMatch: (found) => {
      matches += 1;
      terminal.out(JSON.stringify(found));
    },
    onProblem: (problem) => {
      problems += 1;
      terminal.say(terminal.paint.warn(describeProblem(problem)));
    },
    onRecords: (count) => {
      records = count;
    },
  });
  const unread = problems > 0 ? `, ${problems} parts left out` : '';
  terminal.say(terminal.paint.soft(`match: ${records} records, ${matches} matches${unread}`));
  return problems > 0 ? 1 : 0;
}
