/**
 * The room where alerts become incidents. Lineage is resolved here and only here.
 * It opens no case and talks to nobody: it says which deliveries have to look
 * again, because the incident of their alert is in a case that the alert is not.
 */
import type { AlertChange, StoredAlert } from '../../domain/alert.ts';
import type { EnrichedEvent } from '../../domain/event.ts';
import type { Incident } from '../../domain/incident.ts';
import type { LineageLink } from '../../domain/lineage.ts';
import type { AlertStore, IncidentStore, LineageStore, Log, Metrics } from '../../domain/ports.ts';
import { lineageOf } from './lineage.ts';
import { linksOf } from './links.ts';
import { resourceLinksOf } from './resource-links.ts';

/** Where links between identities are kept, and who is told when a bound cuts one. */
export interface GroupLineage {
  readonly store: LineageStore;
  readonly metrics?: Pick<Metrics, 'count'>;
  readonly log?: Pick<Log, 'warn'>;
}

/** An alert to link, with the identities that it is to be known by. */
interface Placed {
  readonly stored: StoredAlert;
  readonly own: readonly string[];
}

/**
 * Builds the stage; `gapMs` is the longest pause within an incident, in event time.
 *
 * Links every changed alert (also the unchanged: the last run may have died in
 * between) and returns the alerts of the incidents touched whose case is not the
 * incident's: an earlier low one whose incident has got a case, or those of a
 * younger case that a late link joined to an elder. They come as `unchanged`,
 * `pending` at their stored revision. Alerts of `changes` that are pending
 * themselves are left out. What must be looked at again is read from the stores,
 * not from what this run changed, so a run that died is made good by the next.
 *
 * The events of the batch, findings or not, say who works for whom, and the alerts
 * what was done to which resource. Links are
 * stored before the alerts that carry their identities are looked for, and an
 * alert is stored before its identities are followed once more: of a link and an
 * alert that two workers bring at the same time, one sees the other.
 */
export function createGroup(
  incidents: IncidentStore,
  alerts: AlertStore,
  gapMs: number,
  lineage?: GroupLineage,
): (changes: readonly AlertChange[], events?: readonly EnrichedEvent[]) => Promise<AlertChange[]> {
  return async (changes, events = []) => {
    const changed = await readAll(changes.map(({ fingerprint }) => fingerprint));
    const links = [...linksOf(events), ...changed.flatMap(({ alert }) => resourceLinksOf(alert))];
    const late = lineage === undefined ? [] : await noteLinks(links, lineage);
    const known = new Set(changed.map(({ alert }) => alert.fingerprint));
    const others = await readAll(late.filter((fingerprint) => !known.has(fingerprint)));
    const linked = await linkAll([...changed, ...others]);
    const pending = new Set(changes.filter((each) => each.pending).map((each) => each.fingerprint));
    // Later links may have joined incidents of earlier ones, so the touched are read once more.
    const touched = await Promise.all(linked.map((incident) => incidents.of(incident.id)));
    const withCase = new Map(
      touched.flatMap((incident) => (incident?.cases[0] === undefined ? [] : [[incident.id, incident]])),
    );
    const again = await Promise.all([...withCase.values()].map((incident) => outsideCase(incident, pending)));
    return again.flat();
  };

  /** Returns the alerts that were there before the link that concerns them. */
  async function noteLinks(
    links: readonly LineageLink[],
    { store, metrics, log }: GroupLineage,
  ): Promise<readonly string[]> {
    if (links.length === 0) return [];
    const { cut, stopped } = await store.add(links);
    if (cut > 0) metrics?.count('lineage_links_cut', {}, cut);
    for (const identity of stopped)
      log?.warn({ identity }, 'an identity is shared by too many to join alerts');
    return await incidents.carrying([...new Set(links.map(({ child }) => child))]);
  }

  async function readAll(fingerprints: readonly string[]): Promise<readonly StoredAlert[]> {
    const stored = await Promise.all(
      [...new Set(fingerprints)].map((fingerprint) => alerts.read(fingerprint)),
    );
    return stored.flatMap((each) => each ?? []);
  }

  async function linkAll(stored: readonly StoredAlert[]): Promise<readonly Incident[]> {
    const placed = stored.map((each) => ({ stored: each, own: lineageOf(each.alert) }));
    const first = await follow(placed);
    const linked = await Promise.all(placed.map(({ stored: each }, at) => linkOne(each, first[at] ?? [])));
    if (lineage === undefined) return linked;
    const second = await follow(placed);
    const grown = placed.flatMap(({ stored: each }, at) => {
      const known = new Set(first[at]);
      const keys = second[at] ?? [];
      return keys.every((key) => known.has(key)) ? [] : [linkOne(each, keys)];
    });
    return [...linked, ...(await Promise.all(grown))];
  }

  async function follow(placed: readonly Placed[]): Promise<readonly (readonly string[])[]> {
    const sets = placed.map(({ own }) => own);
    if (lineage === undefined || sets.length === 0) return sets;
    const resolved = await lineage.store.resolve(sets);
    const cut = resolved.filter((each) => each.cut).length;
    if (cut > 0) lineage.metrics?.count('lineage_followed_cut', {}, cut);
    return resolved.map(({ keys }) => keys);
  }

  async function linkOne({ alert }: StoredAlert, keys: readonly string[]): Promise<Incident> {
    const { fingerprint, firstSeen, lastSeen } = alert;
    return await incidents.link({ fingerprint, lineage: keys, firstSeen, lastSeen }, gapMs);
  }

  async function outsideCase(incident: Incident, pending: ReadonlySet<string>): Promise<AlertChange[]> {
    const asked = incident.fingerprints.filter((fingerprint) => !pending.has(fingerprint));
    const stored = await Promise.all(asked.map((fingerprint) => alerts.read(fingerprint)));
    return stored.flatMap((each) =>
      each === undefined || each.delivered?.caseId === incident.cases[0]?.caseId ? [] : [lookAgain(each)],
    );
  }
}

function lookAgain({ alert, revision }: StoredAlert): AlertChange {
  return {
    kind: 'unchanged',
    fingerprint: alert.fingerprint,
    revision,
    severity: alert.severity,
    pending: true,
  };
}
