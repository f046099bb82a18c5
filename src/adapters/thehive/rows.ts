import { TrailhiveError } from '../../domain/errors.ts';
import type { DeskAlert, DeskPlace } from '../../domain/ports.ts';

type Row = Readonly<Record<string, unknown>>;

/** What trailhive reads of an alert or case, whichever it is. */
export interface HandledRow {
  readonly id: string;
  readonly status: string;
  readonly stage: string;
  readonly severity: number;
  readonly summary: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly customFields: ReadonlyMap<string, unknown>;
  readonly updatedAt?: number;
  readonly updatedBy?: string;
}

export interface AlertRow extends HandledRow {
  readonly source: string;
  readonly fingerprint: string;
  readonly caseId?: string;
}

export interface CaseRow extends HandledRow {
  readonly number: number;
  readonly impactStatus: string;
  readonly createdBy: string;
  readonly assignee: string;
}

/** An answer of TheHive without an id is none: something else answers at this address. */
function rowOf(body: unknown): Row & { readonly _id: string } {
  const row = (typeof body === 'object' && body !== null ? body : {}) as Row;
  if (typeof row['_id'] === 'string' && row['_id'] !== '') return row as Row & { readonly _id: string };
  throw new TrailhiveError(
    'retryable',
    'TheHive answered something that is not its own; a proxy may be in between',
  );
}

function handledOf(row: Row & { readonly _id: string }): HandledRow {
  const updatedAt = row['_updatedAt'];
  const updatedBy = row['_updatedBy'];
  return {
    id: row._id,
    status: text(row['status']),
    stage: text(row['stage']),
    severity: typeof row['severity'] === 'number' ? row['severity'] : 1,
    summary: text(row['summary']),
    title: text(row['title']),
    tags: Array.isArray(row['tags']) ? row['tags'].map(String) : [],
    customFields: fieldsOf(row['customFields']),
    ...(typeof updatedAt === 'number' ? { updatedAt } : {}),
    ...(typeof updatedBy === 'string' ? { updatedBy } : {}),
  };
}

export function alertRow(body: unknown): AlertRow {
  const row = rowOf(body);
  const caseId = row['caseId'];
  return {
    ...handledOf(row),
    source: text(row['source']),
    fingerprint: text(row['sourceRef']),
    ...(typeof caseId === 'string' && caseId !== '' ? { caseId } : {}),
  };
}

export function caseRow(body: unknown): CaseRow {
  const row = rowOf(body);
  return {
    ...handledOf(row),
    number: typeof row['number'] === 'number' ? row['number'] : 0,
    impactStatus: text(row['impactStatus']),
    createdBy: text(row['_createdBy']),
    assignee: text(row['assignee']),
  };
}

export function toDeskAlert(row: AlertRow): DeskAlert {
  const { source: _source, title: _title, customFields: _fields, ...shown } = row;
  return shown;
}

function fieldsOf(fields: unknown): ReadonlyMap<string, unknown> {
  if (!Array.isArray(fields)) return new Map();
  return new Map(fields.map((field: Row) => [text(field['name']), field['value']]));
}

/** A row's field as text; '' where it is absent. */
export function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

/** The rows below an alert or case, oldest first, whole. */
export function stepsBelow(
  place: DeskPlace,
  what: string,
  page: { from: number; to: number },
): readonly Readonly<Record<string, unknown>>[] {
  return [
    { _name: place.kind === 'alert' ? 'getAlert' : 'getCase', idOrName: place.id },
    { _name: what },
    { _name: 'page', ...page },
  ];
}
