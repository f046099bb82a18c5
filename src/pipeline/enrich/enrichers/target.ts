import type { Enricher } from '../enricher.ts';
import { resourcesOf } from '../resources.ts';

/** What the call touched. */
export const targetEnricher: Enricher<'target'> = {
  name: 'target',
  enrich(event) {
    return { resources: resourcesOf(event) };
  },
};
