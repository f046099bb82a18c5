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
  const progress = terminal.progress('match:');
  await matchFiles({
    rules: options.rules,
    context: options.context,
    files,
    stdin,
    skipInvalid: options.skipInvalid === true,
    now: Date.now(),
    onMatches: (lines, count) => {
      matches += count;
      progress.clear();
      terminal.out(lines);
    },
    onProblem: (problem) => {
      problems += 1;
      progress.clear();
      terminal.say(terminal.paint.warn(describeProblem(problem)));
    },
    onNote: (note) => {
      progress.clear();
      terminal.say(terminal.paint.soft(note));
    },
    onProgress: (now) => {
      records = now.records;
      if (now.totalBytes > 0) progress.update(Math.floor((100 * now.bytes) / now.totalBytes), 100);
    },
  });
  const unread = problems > 0 ? `, ${problems} parts left out` : '';
  progress.end(`${records} records, ${matches} matches${unread}`);
  return problems > 0 ? 1 : 0;
}
