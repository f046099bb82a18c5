/**
 * Sigma, the language of rules. This file turns the text of a rule file into
 * checked rules, correlations and filters; `rule-set.ts` joins files and compiles
 * them. Nothing here reads files or alerts.
 */
import type { Problem } from '../../domain/problem.ts';
import { parseYaml } from '../yaml.ts';
import { expandCollection } from './collection.ts';
import { compileDetection } from './compile-detection.ts';
import { createReporter, isMap, type Reporter, type SigmaDocument } from './document.ts';
import { parseCorrelation, parseReferences } from './parse-correlation.ts';
import { parseDetection } from './parse-detection.ts';
import { namesOf, parseHead, parseIdentity } from './parse-head.ts';
import { parseExtension, reportMisplacedExtension } from './rule-extensions.ts';
import type {
  Detection,
  ParsedSigma,
  RefusedDocument,
  SigmaCorrelation,
  SigmaFilter,
  SigmaRule,
} from './sigma-rule.ts';
import { createSubjectReader } from './subject-reader.ts';

/**
 * Reads one file with any number of documents. A document with a problem is left
 * out and named in `refused`; the others are returned. Never throws.
 */
export function parseSigma(text: string, file: string): ParsedSigma {
  const yaml = parseYaml(text, file);
  const problems: Problem[] = [...yaml.problems];
  const rules: SigmaRule[] = [];
  const correlations: SigmaCorrelation[] = [];
  const filters: SigmaFilter[] = [];
  const refused: RefusedDocument[] = [];
  const documents = expandCollection(yaml.documents, problems);
  for (const document of documents) {
    const before = problems.length;
    const keep = parseDocument(document, createReporter(document, problems), {
      rules,
      correlations,
      filters,
    });
    if (problems.length > before) refused.push({ names: namesOf(document) });
    else keep();
  }
  if (documents.length === 0 && problems.length === 0) {
    problems.push({ file, line: 0, message: 'the file holds no rule. Write one, or remove the file.' });
  }
  return { rules, correlations, filters, refused, problems };
}

interface Shelves {
  readonly rules: SigmaRule[];
  readonly correlations: SigmaCorrelation[];
  readonly filters: SigmaFilter[];
}

/** Returns what to do with the document if it has no problem. */
function parseDocument(document: SigmaDocument, report: Reporter, shelves: Shelves): () => void {
  const kinds = ['detection', 'correlation', 'filter'].filter((kind) => document.value[kind] !== undefined);
  const [kind, second] = kinds;
  if (second !== undefined) report([second], `a document is either "${kind}" or "${second}". Split it.`);
  if (kind === 'correlation' || kind === 'filter') reportMisplacedExtension(document, report);
  if (kind === 'correlation') {
    const correlation = parseCorrelation(document, report);
    return () => shelves.correlations.push(correlation);
  }
  if (kind === 'filter') {
    const filter = parseFilter(document, report);
    return () => shelves.filters.push(filter);
  }
  const rule = parseRule(document, report);
  return () => shelves.rules.push(rule);
}

function parseRule(document: SigmaDocument, report: Reporter): SigmaRule {
  const head = parseHead(document, report);
  const logsource = parseLogsource(document.value['logsource'], report);
  if (document.value['x-across-accounts'] !== undefined)
    report(['x-across-accounts'], '"x-across-accounts" stands on correlations only. Remove it.');
  if (document.value['detection'] === undefined) {
    report(
      [],
      'the document has no "detection". Add one; a correlation or filter has a key of that name instead.',
    );
    return { ...head, logsource, detection: { selections: new Map(), conditions: [], source: null } };
  }
  const detection = parseDetection(document.value['detection'], ['detection'], [], report);
  reportValues(detection, report);
  const extension = parseExtension(document, report);
  if (extension === undefined) return { ...head, logsource, detection };
  return { ...head, groupBy: extension.group, logsource, detection, extension };
}

function parseFilter(document: SigmaDocument, report: Reporter): SigmaFilter {
  const value = document.value['filter'];
  const detection = parseDetection(value, ['filter'], ['rules'], report);
  reportValues(detection, report);
  const rules = isMap(value) ? value['rules'] : undefined;
  return {
    ...parseIdentity(document, report),
    logsource: parseLogsource(document.value['logsource'], report),
    rules: rules === 'any' ? 'any' : parseReferences(rules, ['filter', 'rules'], report),
    detection,
  };
}

function parseLogsource(value: unknown, report: Reporter): ReadonlyMap<string, unknown> {
  if (isMap(value)) return new Map(Object.entries(value));
  const what = value === undefined ? 'the rule has no "logsource"' : '"logsource" must be a map';
  report(['logsource'], `${what}. Write product: aws and service: cloudtrail.`);
  return new Map();
}

/** Compiles for the sake of its complaints: what a value cannot mean is told with the rest of the file. */
function reportValues(detection: Detection, report: Reporter): void {
  compileDetection(detection, {
    reader: createSubjectReader(),
    shared: new Map(),
    placeholders: undefined,
    report: report.atLine,
  });
}
