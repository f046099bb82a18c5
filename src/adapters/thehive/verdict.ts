import type { CaseDesk, DeskPlace } from '../../domain/ports.ts';
import type { Verdict, VerdictKind } from '../../domain/suppression.ts';
import { ALERT_SOURCE } from './alert-document.ts';
import { pathOf } from './client.ts';
import type { DeskDeps } from './desk-deps.ts';
import { alertRow, caseRow, type HandledRow, text } from './rows.ts';

/** Closed statuses and what they mean. Shipped ones; a server may have more (configuration). */
const SHIPPED: ReadonlyMap<string, VerdictKind> = new Map<string, VerdictKind>([
  ['TruePositive', 'true-positive'],
  ['FalsePositive', 'false-positive'],
  ['Indeterminate', 'indeterminate'],
  ['Duplicated', 'duplicate'],
  ['Duplicate', 'duplicate'],
  // Nobody said what it was, so nothing is learnt from it.
  ['Other', 'indeterminate'],
  ['Ignored', 'indeterminate'],
]);

export interface VerdictDeps extends Pick<DeskDeps, 'client' | 'metrics' | 'log'> {
  /** Custom statuses of this server, by name. */
  readonly statuses: Readonly<Record<string, VerdictKind>>;
  readonly alertsOfCase: CaseDesk['alertsOfCase'];
}

type VerdictPart = Pick<CaseDesk, 'readVerdict' | 'changedSince'>;

/** Judgements, always read from the alert or case as it is now. */
export function createVerdictDesk(deps: VerdictDeps): VerdictPart {
  const { client, metrics, log } = deps;
  const custom = new Map(Object.entries(deps.statuses));
  const kindOf = (row: HandledRow, impactStatus: string): VerdictKind | undefined => {
    if (row.stage !== 'Closed') return 'open';
    const kind = custom.get(row.status) ?? SHIPPED.get(row.status);
    if (kind === undefined) {
      metrics.count('verdict_unmapped', { status: row.status.slice(0, 64) });
      log.warn({ status: row.status }, 'a closed status has no meaning: name it in thehive.statuses');
    }
    return kind === 'true-positive' && impactStatus === 'NoImpact' ? 'benign-true-positive' : kind;
  };
  const verdictOf = (
    place: DeskPlace,
    row: HandledRow,
    impactStatus: string,
    fingerprints: readonly string[],
  ): Verdict | undefined => {
    const kind = kindOf(row, impactStatus);
    if (kind === undefined) return undefined;
    const { summary: reason, updatedAt: at = 0, updatedBy: by = '' } = row;
    return { kind, subject: { kind: place.kind, id: row.id }, fingerprints, by, at, reason };
  };

  return {
    async readVerdict(place) {
      const body = await client.read(pathOf(place.kind, place.id));
      if (body === undefined) return undefined;
      if (place.kind === 'case') {
        const row = caseRow(body);
        const fingerprints = await deps.alertsOfCase(row.id);
        return fingerprints.length === 0 ? undefined : verdictOf(place, row, row.impactStatus, fingerprints);
      }
      const row = alertRow(body);
      // An alert in a case speaks through the case; its own status is housekeeping there.
      if (row.source !== ALERT_SOURCE || row.stage === 'Imported' || row.caseId !== undefined)
        return undefined;
      return verdictOf(place, row, '', [row.fingerprint]);
    },
    async changedSince(since, limit) {
      const [alerts, cases] = await Promise.all([
        changed(deps, 'alert', since, limit),
        changed(deps, 'case', since, limit),
      ]);
      return [...alerts, ...cases].sort((a, b) => a.updatedAt - b.updatedAt).slice(0, limit);
    },
  };
}

/** `_updatedAt` is absent until the first change, so what nobody has looked at yet does not come up. */
async function changed(
  { client }: Pick<DeskDeps, 'client'>,
  kind: DeskPlace['kind'],
  since: number,
  limit: number,
): Promise<readonly { place: DeskPlace; updatedAt: number }[]> {
  const recent = { _gte: { _field: '_updatedAt', _value: since } };
  const own = { _eq: { _field: 'source', _value: ALERT_SOURCE } };
  const rows = await client.query(`changed-${kind}`, [
    { _name: kind === 'alert' ? 'listAlert' : 'listCase' },
    { _name: 'filter', ...(kind === 'alert' ? { _and: [recent, own] } : recent) },
    { _name: 'sort', _fields: [{ _updatedAt: 'asc' }] },
    { _name: 'page', from: 0, to: limit },
  ]);
  return (rows as readonly Readonly<Record<string, unknown>>[]).map((row) => ({
    place: { kind, id: text(row['_id']) },
    updatedAt: Number(row['_updatedAt']),
  }));
}
