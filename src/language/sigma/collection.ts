import type { Problem } from '../../domain/problem.ts';
import type { YamlDocument } from '../yaml.ts';
import { type DocumentPath, isMap, type SigmaDocument } from './document.ts';

/**
 * Works off the collection actions of a file: `global` is merged into the rule
 * documents that follow it, `reset` forgets it, `repeat` is merged onto the
 * document before. What stands in the document itself wins; maps are merged key
 * by key, lists are replaced. Correlations and filters take nothing from `global`.
 */
export function expandCollection(
  documents: readonly YamlDocument[],
  problems: Problem[],
): readonly SigmaDocument[] {
  const state: Collection = { rules: [], template: undefined, previous: undefined };
  for (const document of documents) {
    const report = (path: DocumentPath, message: string) => {
      problems.push({ file: document.file, line: document.lineOf(path), message });
    };
    if (isMap(document.value)) {
      const { action, ...value } = document.value;
      const own = { file: document.file, line: document.line, value, lineOf: document.lineOf };
      const error = addDocument(state, own, action);
      if (error !== undefined) report(['action'], error);
    } else if (document.value !== null) report([], NO_MAP);
  }
  return state.rules;
}

interface Collection {
  readonly rules: SigmaDocument[];
  template: SigmaDocument | undefined;
  previous: SigmaDocument | undefined;
}

/** Returns what is wrong with the action. */
function addDocument(state: Collection, own: SigmaDocument, action: unknown): string | undefined {
  switch (action) {
    case 'global':
      state.template = merge(state.template, own);
      return undefined;
    case 'reset':
      state.template = undefined;
      return undefined;
    case 'repeat':
      return state.previous === undefined ? NOTHING_TO_REPEAT : addRule(state, merge(state.previous, own));
    case undefined:
      return addRule(state, takesTemplate(own.value) ? merge(state.template, own) : own);
    default:
      return UNKNOWN_ACTION;
  }
}

function addRule(state: Collection, document: SigmaDocument): undefined {
  state.previous = document;
  state.rules.push(document);
}

const NO_MAP = 'this document is no map. Write a Sigma rule: title, id, logsource, detection.';
const NOTHING_TO_REPEAT = '"action: repeat" has no document before it. Write the rule out, or move it down.';
const UNKNOWN_ACTION = 'unknown "action". Sigma knows global, reset and repeat.';

function takesTemplate(value: Readonly<Record<string, unknown>>): boolean {
  return value['correlation'] === undefined && value['filter'] === undefined;
}

function merge(base: SigmaDocument | undefined, own: SigmaDocument): SigmaDocument {
  if (base === undefined) return own;
  return {
    file: own.file,
    line: own.line,
    value: mergeMaps(base.value, own.value),
    lineOf: (path) => (stands(own.value, path) ? own.lineOf(path) : base.lineOf(path)),
  };
}

function mergeMaps(
  base: Readonly<Record<string, unknown>>,
  own: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(own)) {
    const before = merged.get(key);
    merged.set(key, isMap(before) && isMap(value) ? mergeMaps(before, value) : value);
  }
  return Object.fromEntries(merged);
}

function stands(value: unknown, path: DocumentPath): boolean {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return false;
    here = (here as Readonly<Record<string | number, unknown>>)[step];
  }
  return true;
}
