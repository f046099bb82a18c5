import type { Incident, IncidentCase, IncidentNode } from '../../domain/incident.ts';
import type { IncidentStore } from '../../domain/ports.ts';

/** Alerts that belong together. Always the same object for all of them. */
interface Union {
  readonly nodes: Set<string>;
  cases: IncidentCase[];
}

/** Incidents of one process, for offline runs and tests. Forgets nothing. */
export function createMemoryIncidents(): IncidentStore {
  const nodes = new Map<string, IncidentNode>();
  const unions = new Map<string, Union>();
  const byLineage = new Map<string, Set<string>>();

  function widen(node: IncidentNode): IncidentNode {
    const widened = widest(nodes.get(node.fingerprint), node);
    nodes.set(node.fingerprint, widened);
    for (const key of widened.lineage)
      byLineage.set(key, (byLineage.get(key) ?? new Set()).add(node.fingerprint));
    return widened;
  }

  function unionOf(fingerprint: string): Union {
    const known = unions.get(fingerprint) ?? { nodes: new Set([fingerprint]), cases: [] };
    unions.set(fingerprint, known);
    return known;
  }

  function join(a: Union, b: Union): void {
    if (a === b) return;
    const [elder, younger] = isElder(eldestOf(a), eldestOf(b)) ? [a, b] : [b, a];
    elder.cases = withoutRepeats([...elder.cases, ...younger.cases]);
    for (const fingerprint of younger.nodes) {
      elder.nodes.add(fingerprint);
      unions.set(fingerprint, elder);
    }
  }

  function nodesOf(union: Union): IncidentNode[] {
    return [...union.nodes].flatMap((fingerprint) => nodes.get(fingerprint) ?? []);
  }

  function eldestOf(union: Union): IncidentNode | undefined {
    return nodesOf(union).reduce<IncidentNode | undefined>(
      (eldest, node) => (isElder(eldest, node) ? eldest : node),
      undefined,
    );
  }

  function incidentOf(union: Union): Incident {
    const eldest = eldestOf(union);
    return {
      id: eldest?.fingerprint ?? '',
      firstSeen: eldest?.firstSeen ?? 0,
      fingerprints: [...union.nodes].sort(),
      cases: union.cases,
    };
  }

  function setCases(fingerprint: string, change: (cases: IncidentCase[]) => IncidentCase[]): void {
    const union = unions.get(fingerprint);
    if (union !== undefined) union.cases = change(union.cases);
  }

  return {
    async link(node, gapMs) {
      const widened = widen(node);
      const near = widened.lineage
        .flatMap((key) => [...(byLineage.get(key) ?? [])])
        .flatMap((fingerprint) => nodes.get(fingerprint) ?? [])
        .filter((other) => distanceMs(widened, other) <= gapMs)
        .map(({ fingerprint }) => unionOf(fingerprint));
      // Eldest first, so that of several joined at once the order of their cases is one and the same.
      const sorted = [...new Set(near)].sort((a, b) => (isElder(eldestOf(a), eldestOf(b)) ? -1 : 1));
      for (const union of sorted) join(unionOf(node.fingerprint), union);
      return incidentOf(unionOf(node.fingerprint));
    },

    async of(fingerprint) {
      const union = unions.get(fingerprint);
      return union === undefined ? undefined : incidentOf(union);
    },

    async carrying(keys) {
      return [...new Set(keys.flatMap((key) => [...(byLineage.get(key) ?? [])]))].sort();
    },

    async addCase(fingerprint, incidentCase) {
      setCases(fingerprint, (cases) => withoutRepeats([...cases, incidentCase]));
    },

    async removeCase(fingerprint, caseId) {
      setCases(fingerprint, (cases) => cases.filter((each) => each.caseId !== caseId));
    },
  };
}

function widest(known: IncidentNode | undefined, node: IncidentNode): IncidentNode {
  return {
    fingerprint: node.fingerprint,
    lineage: [...new Set([...(known?.lineage ?? []), ...node.lineage])],
    firstSeen: Math.min(known?.firstSeen ?? node.firstSeen, node.firstSeen),
    lastSeen: Math.max(known?.lastSeen ?? node.lastSeen, node.lastSeen),
  };
}

/** Time between two alerts; 0 where they overlap. */
function distanceMs(a: IncidentNode, b: IncidentNode): number {
  return Math.max(0, Math.max(a.firstSeen, b.firstSeen) - Math.min(a.lastSeen, b.lastSeen));
}

function isElder(a: IncidentNode | undefined, b: IncidentNode | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  if (a.firstSeen !== b.firstSeen) return a.firstSeen < b.firstSeen;
  return a.fingerprint < b.fingerprint;
}

function withoutRepeats(cases: readonly IncidentCase[]): IncidentCase[] {
  return [...new Map(cases.map((each) => [each.caseId, each])).values()];
}
