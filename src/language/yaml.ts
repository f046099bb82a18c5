/**
 * YAML with positions: the text that people write, as plain data and the line of
 * every key. It knows nothing of what the data means; `schema.ts` checks that.
 */
import { CORE_SCHEMA, constructFromEvents, EVENT_ID, type Event, parseEvents, YAMLException } from 'js-yaml';
import { messageOf } from '../domain/errors.ts';
import type { Problem } from '../domain/problem.ts';
import { type Place, placesOf } from './yaml-places.ts';

/** One document of a file: `---` separates them. */
export interface YamlDocument {
  readonly file: string;
  /** Plain JSON-like data by the YAML 1.2 core schema; null where the document is empty. */
  readonly value: unknown;
  /** 1-based line on which its content starts. */
  readonly line: number;
  /**
   * The 1-based line of the key (map) or item (list) at `path`; where it does not
   * exist, that of its nearest ancestor that does.
   */
  lineOf(path: readonly (string | number)[]): number;
}

/** Files that people write are far smaller; a larger one is a mistake or an attack. */
export const MAX_YAML_CHARACTERS = 4 * 1024 * 1024;
const MAX_DEPTH = 64;
const MAX_ALIASES = 200;

/**
 * Reads all documents of a file. Those that are sound are returned even when
 * others are not; bad syntax anywhere leaves none. A key that appears twice, an
 * unknown tag and an alias that grows without bound are problems, never values.
 * Merge keys (`<<`) are plain keys: YAML 1.2 has no merge. Never throws.
 */
export function parseYaml(
  text: string,
  file: string,
): { documents: readonly YamlDocument[]; problems: readonly Problem[] } {
  if (text.length > MAX_YAML_CHARACTERS) {
    const message = `the file has more than ${MAX_YAML_CHARACTERS} characters. Split it.`;
    return { documents: [], problems: [{ file, line: 0, message }] };
  }
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const lineAt = createLineAt(source);
  try {
    const parts = splitDocuments(parseEvents(source, { filename: file, maxDepth: MAX_DEPTH }));
    if (parts.length === 0) return { documents: [emptyDocument(file)], problems: [] };
    const read = parts.map((events) => readDocument(events, source, file, lineAt));
    return {
      documents: read.flatMap(({ document }) => (document === undefined ? [] : [document])),
      problems: read.flatMap(({ problems }) => problems),
    };
  } catch (error) {
    return { documents: [], problems: [problemOf(error, file, lineAt)] };
  }
}

interface ReadDocument {
  readonly document?: YamlDocument;
  readonly problems: readonly Problem[];
}

function readDocument(
  events: Event[],
  source: string,
  file: string,
  lineAt: (offset: number) => number,
): ReadDocument {
  const { root, problems } = placesOf(events, source, lineAt);
  if (problems.length > 0) return { problems: problems.map((problem) => ({ file, ...problem })) };
  try {
    const [value] = constructFromEvents(events, {
      source,
      filename: file,
      schema: CORE_SCHEMA,
      maxAliases: MAX_ALIASES,
    });
    const lineOf = (path: readonly (string | number)[]) => lineOfPath(root, path);
    return { document: { file, value: value ?? null, line: root.line, lineOf }, problems: [] };
  } catch (error) {
    return { problems: [problemOf(error, file, lineAt)] };
  }
}

function lineOfPath(root: Place, path: readonly (string | number)[]): number {
  let line = root.line;
  let place: Place | undefined = root;
  for (const step of path) {
    const child: { line: number; place: Place } | undefined = place.children.get(String(step));
    if (child === undefined) return line;
    line = child.line;
    place = child.place;
  }
  return line;
}

/** One run of events a document, its opening and closing event included. */
function splitDocuments(events: readonly Event[]): Event[][] {
  const documents: Event[][] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) documents.push([]);
    documents.at(-1)?.push(event);
  }
  return documents;
}

function createLineAt(source: string): (offset: number) => number {
  const starts = [0];
  for (const match of source.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

function problemOf(error: unknown, file: string, lineAt: (offset: number) => number): Problem {
  if (!(error instanceof YAMLException)) return { file, line: 0, message: `not YAML: ${messageOf(error)}.` };
  const line = error.mark === undefined ? 0 : lineAt(error.mark.position);
  return { file, line, message: `not YAML: ${error.reason}. ${remedyOf(error.reason)}`.trim() };
}

/** The words are js-yaml's own; where they change, the remedy is missing and the problem still stands. */
function remedyOf(reason: string): string {
  if (reason.includes('tab char')) return 'Indent with spaces.';
  if (reason.startsWith('unknown') && reason.includes('tag')) return 'Put the text in quotes.';
  if (reason.includes('bad indentation')) return 'Line the keys up, or put the text in quotes.';
  return '';
}

function emptyDocument(file: string): YamlDocument {
  return { file, value: null, line: 1, lineOf: () => 1 };
}
