/**
 * Second stage: what AWS and the company know about an event, as far as the
 * record and local data tell it. It judges nothing; that is for rules.
 */

import type { CompanyContext } from '../../domain/company.ts';
import type { CloudTrailEvent, EnrichedEvent, EventContext } from '../../domain/event.ts';
import { NO_PLACES, type Places } from '../../domain/place.ts';
import { enrichers } from './registry.ts';

/**
 * Builds the stage. Pure: the same event, company context and databases give the same result.
 * Each root of the context is worked out when it is first asked for: most events match no
 * rule, and nobody asks; and a rule that asks who acted waits for no look-up of places.
 */
export function createEnrich(
  company: CompanyContext,
  places: Places = NO_PLACES,
): (event: CloudTrailEvent) => EnrichedEvent {
  return (event) => {
    let context: EventContext | undefined;
    return {
      ...event,
      get context() {
        context ??= contextOf(event, company, places);
        return context;
      },
    };
  };
}

/** Own getters, so that the context reads, spreads and prints as the plain object that it stands for. */
function contextOf(event: CloudTrailEvent, company: CompanyContext, places: Places): EventContext {
  const made: { -readonly [Root in keyof EventContext]?: EventContext[Root] } = {};
  return {
    get actor() {
      made.actor ??= enrichers.actor.enrich(event, company, places);
      return made.actor;
    },
    get account() {
      made.account ??= enrichers.account.enrich(event, company, places);
      return made.account;
    },
    get action() {
      made.action ??= enrichers.action.enrich(event, company, places);
      return made.action;
    },
    get source() {
      made.source ??= enrichers.source.enrich(event, company, places);
      return made.source;
    },
    get place() {
      made.place ??= enrichers.place.enrich(event, company, places);
      return made.place;
    },
    get target() {
      made.target ??= enrichers.target.enrich(event, company, places);
      return made.target;
    },
    get company() {
      made.company ??= enrichers.company.enrich(event, company, places);
      return made.company;
    },
    get derived() {
      made.derived ??= enrichers.derived.enrich(event, company, places);
      return made.derived;
    },
  };
}
