/**
 * Second stage: what AWS and the company know about an event, as far as the
 * record and local data tell it. It judges nothing; that is for rules.
 */
import type { CloudTrailEvent, EnrichedEvent, EventContext } from '../../domain/event.ts';
import type { CompanyContext } from '../../domain/ports.ts';
import { enrichers } from './registry.ts';

/**
 * Builds the stage. Pure: the same event and company context give the same result.
 * The context is worked out when it is first asked for: most events match no rule,
 * and nobody asks.
 */
export function createEnrich(company: CompanyContext): (event: CloudTrailEvent) => EnrichedEvent {
  return (event) => {
    let context: EventContext | undefined;
    return {
      ...event,
      get context() {
        context ??= contextOf(event, company);
        return context;
      },
    };
  };
}

function contextOf(event: CloudTrailEvent, company: CompanyContext): EventContext {
  return {
    actor: enrichers.actor.enrich(event, company),
    account: enrichers.account.enrich(event, company),
    action: enrichers.action.enrich(event, company),
    source: enrichers.source.enrich(event, company),
    derived: enrichers.derived.enrich(event, company),
  };
}
