import type { Alert } from '../../domain/alert.ts';
import type { Evidence } from '../../domain/finding.ts';
import type { LineageLink } from '../../domain/lineage.ts';
import { keysOfActor, lineageOf } from './lineage.ts';
import { resourceKeys } from './resource-keys.ts';

/**
 * Who did what to which resource, as our own alerts say it: "what happens to the
 * resource belongs to this actor". Two alerts of one resource do not meet through it,
 * because they do not go by the resource; a finding of another product does, and so
 * joins the incident of whoever touched what it is about. A resource that more actors
 * touched than an identity may work for (domain/lineage.ts) joins nobody.
 */
export function resourceLinksOf(alert: Alert): LineageLink[] {
  const links = new Map<string, LineageLink>();
  for (const evidence of alert.evidence) {
    if (evidence.external === true) continue;
    const parents = keysOfActor(evidence.actor);
    const owners = parents.length > 0 ? parents : lineageOf(alert).filter((key) => key.startsWith('group:'));
    for (const child of resourceKeys(evidence, [...evidence.resources, ...instanceOf(evidence)])) {
      for (const parent of owners)
        links.set(`${child}\n${parent}`, { child, parent, time: evidence.time, kind: 'event' });
    }
  }
  return [...links.values()];
}

/** Sessions of an instance's role bear the instance's id: what it does, it is. */
function instanceOf({ actor }: Evidence): readonly string[] {
  const [, instance] = /\/(i-[0-9a-f]{8,17})$/.exec(actor.session ?? '') ?? [];
  return instance === undefined ? [] : [instance];
}
