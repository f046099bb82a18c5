import type { Problem } from '../../domain/problem.ts';

/** A document of a Sigma file, after collection actions, with the places of its keys. */
export interface SigmaDocument {
  readonly file: string;
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
  lineOf(path: DocumentPath): number;
}

export type DocumentPath = readonly (string | number)[];

/** Takes note of a problem at a place of the document that is being read. */
export interface Reporter {
  (path: DocumentPath, message: string): void;
  readonly lineOf: (path: DocumentPath) => number;
  /** For what is found out later, when only the line is left. */
  readonly atLine: (line: number, message: string) => void;
}

/** A reporter that adds to `problems`. */
export function createReporter(document: SigmaDocument, problems: Problem[]): Reporter {
  const atLine = (line: number, message: string) => {
    problems.push({ file: document.file, line, message });
  };
  const lineOf = (path: DocumentPath) => document.lineOf(path);
  const report = (path: DocumentPath, message: string) => atLine(lineOf(path), message);
  return Object.assign(report, { lineOf, atLine });
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list as it is, a lone value as a list of one, nothing as an empty list. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
