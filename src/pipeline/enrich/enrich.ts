/**
 * Second stage: what AWS and the company know about an event, as far as the
 * record and local data tell it. It judges nothing; that is for rules.
 */
import type { CloudTrailEvent, EnrichedEvent, EventContext } from '../../domain/event.ts';
import type { CompanyContext } from '../../domain/ports.ts';
import { enrichers } from './registry.ts';

/** Builds the stage. Pure: the same event and company context give the same result. */
export function createEnrich(company: CompanyContext): (event: CloudTrailEvent) => EnrichedEvent {
  return (event) => new Enriched(event, company);
}

/**
 * The context is worked out when it is first asked for: most events match no rule, and
 * nobody asks. A class, because objects with getters of their own cost far more to make.
 */
class Enriched implements EnrichedEvent {
  readonly id: string;
  readonly key: string;
  readonly account: string;
  readonly time: number;
  readonly complete: boolean;
  readonly record: CloudTrailEvent['record'];
  readonly origin: CloudTrailEvent['origin'];
  readonly #company: CompanyContext;
  #context: EventContext | undefined;

  constructor(event: CloudTrailEvent, company: CompanyContext) {
    this.id = event.id;
    this.key = event.key;
    this.account = event.account;
    this.time = event.time;
    this.complete = event.complete;
    this.record = event.record;
    this.origin = event.origin;
    this.#company = company;
  }

  get context(): EventContext {
    this.#context ??= contextOf(this, this.#company);
    return this.#context;
  }
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
