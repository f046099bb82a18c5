import { explainRule, MAX_EXPLAINED_EVENTS } from '../../../app/explain-rule.ts';
import type { ExitCode } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

export interface ExplainCommandOptions {
  readonly rules?: readonly string[];
  readonly context?: string;
}

interface Part {
  readonly holds: boolean;
  readonly text: string;
  readonly parts: readonly Part[];
}

/** `trailhive rules explain`: the rule as a tree, each line with yes or no. */
export async function rulesExplain(
  rule: string,
  event: string,
  options: ExplainCommandOptions,
  terminal: Terminal,
  stdin: AsyncIterable<Uint8Array>,
): Promise<ExitCode> {
  const rules = { paths: options.rules ?? [], context: options.context };
  const explained = await explainRule({ rule, event, rules, stdin, now: Date.now() });
  for (const one of explained) {
    terminal.out(`event ${one.event}`);
    for (const explanation of one.explanations) print(explanation, 1, terminal);
  }
  if (explained.length === MAX_EXPLAINED_EVENTS)
    terminal.say(terminal.paint.soft(`rules explain: only the first ${MAX_EXPLAINED_EVENTS} events`));
  return 0;
}

function print({ holds, text, parts }: Part, depth: number, terminal: Terminal): void {
  terminal.out(`${'  '.repeat(depth)}${holds ? 'yes' : 'no '} ${text}`);
  for (const part of parts) print(part, depth + 1, terminal);
}
