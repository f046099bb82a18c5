import type { CompanyContext } from '../../domain/company.ts';
import type { CloudTrailEvent, EventContext } from '../../domain/event.ts';
import type { Places } from '../../domain/place.ts';

/** The roots of the context that enrichment fills. */
export type ContextRoot = keyof EventContext;

/**
 * Fills one root of the context. Local and pure: it reads the record and the
 * company's context and local databases, never a network or a clock, and never throws.
 */
export interface Enricher<Root extends ContextRoot = ContextRoot> {
  readonly name: Root;
  enrich(event: CloudTrailEvent, company: CompanyContext, places: Places): EventContext[Root];
}
