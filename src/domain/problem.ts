import { TrailhiveError } from './errors.ts';

/** Something wrong in a file that people wrote: where, what, and what to do. */
export interface Problem {
  /** Path as the user gave it. */
  readonly file: string;
  /** 1-based; 0 where the whole file is meant. */
  readonly line: number;
  /** What is wrong and the remedy, one sentence each. Names the key. */
  readonly message: string;
}

/** `rules/x.yml:12: unknown key "detecton". Did you mean "detection"?` */
export function describeProblem(problem: Problem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}` : problem.file;
  return `${place}: ${problem.message}`;
}

/** All problems of a load at once: a person mends them in one go. */
export class ProblemsError extends TrailhiveError {
  readonly problems: readonly Problem[];

  constructor(what: string, problems: readonly Problem[]) {
    super('config', `${what}:\n${problems.map((problem) => `  ${describeProblem(problem)}`).join('\n')}`);
    this.problems = problems;
  }
}
