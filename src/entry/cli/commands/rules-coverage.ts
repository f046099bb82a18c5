import { ruleCoverage } from '../../../app/rule-coverage.ts';
import type { ExitCode } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

export interface CoverageCommandOptions {
  readonly navigator?: string;
  readonly context?: string;
}

/** `trailhive rules coverage`: a table by tactic, and a layer for ATT&CK Navigator where one is asked for. */
export async function rulesCoverage(
  paths: readonly string[],
  options: CoverageCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { tactics, rules, techniques } = await ruleCoverage({ paths, ...options });
  const width = Math.max(...tactics.map(({ tactic }) => tactic.length), NO_TACTIC.length);
  terminal.out(`${'tactic'.padEnd(width)}  rules  techniques`);
  for (const one of tactics) {
    const name = (one.tactic === '' ? NO_TACTIC : one.tactic).padEnd(width);
    terminal.out(`${name}  ${String(one.rules).padStart(5)}  ${one.techniques.join(' ')}`.trimEnd());
  }
  terminal.say(`rules coverage: ${rules} rules, ${techniques} techniques`);
  if (options.navigator !== undefined) terminal.say(`layer for ATT&CK Navigator: ${options.navigator}`);
  return 0;
}

const NO_TACTIC = '(no tactic)';
