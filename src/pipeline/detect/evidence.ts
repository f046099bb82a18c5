import { clip } from '../../domain/clip.ts';
import type { CompanyContext } from '../../domain/company.ts';
import type { EnrichedEvent } from '../../domain/event.ts';
import type { Evidence } from '../../domain/finding.ts';
import { textAt } from '../../domain/record.ts';
import type { RiskFact } from '../../domain/risk.ts';
import { marksOf } from './marks.ts';
import { observablesOf } from './observables.ts';
import { riskOf } from './risk.ts';
import { summaryOf } from './summary.ts';

/**
 * What people and later stages need to know of one event: some kilobytes at
 * most, however large the record is. Texts keep the attacker's words, cut and
 * without control characters; who shows them escapes them.
 */
export function evidenceOf(
  event: EnrichedEvent,
  company: CompanyContext,
  novelty?: RiskFact<'novelty'>,
): Evidence {
  const { record, context } = event;
  const { resources } = context.target;
  const risk = riskOf(event, novelty);
  return {
    key: clip(event.key, 160),
    eventId: event.id,
    time: event.time,
    account: event.account,
    ...optional('accountName', context.account.name),
    ...optional('environment', context.account.environment),
    region: clip(textAt(record, 'awsRegion'), 64),
    eventSource: clip(textAt(record, 'eventSource'), 256),
    eventName: clip(textAt(record, 'eventName'), 256),
    ...optional('errorCode', clip(textAt(record, 'errorCode'), 128)),
    ...optional('accessLevel', context.action.accessLevel),
    actor: actorOf(event),
    sourceAddress: clip(context.source.address ?? textAt(record, 'sourceIPAddress'), 256),
    userAgent: clip(textAt(record, 'userAgent'), 512),
    resources,
    summary: summaryOf(event),
    observables: observablesOf(event, resources),
    stable: stableOf(event),
    marks: marksOf(event, resources, company),
    ...(Object.keys(risk).length === 0 ? {} : { risk }),
  };
}

type Optional<Key extends string> = { readonly [K in Key]?: string };

function optional<Key extends string>(key: Key, text: string | undefined): Optional<Key> {
  return (text === undefined || text === '' ? {} : { [key]: text }) as Optional<Key>;
}

function actorOf({ context: { actor } }: EnrichedEvent): Evidence['actor'] {
  return {
    ...actor,
    principal: clip(actor.principal, 2048),
    name: clip(actor.name, 256),
    ...optional('session', clip(actor.session ?? '', 2048)),
    ...optional('sessionName', clip(actor.sessionName ?? '', 256)),
    ...optional('identityProvider', clip(actor.identityProvider ?? '', 512)),
    ...optional('onBehalfOf', clip(actor.onBehalfOf ?? '', 512)),
    ...optional('accessKeyId', clip(actor.accessKeyId ?? '', 128)),
    ...optional('sourceIdentity', clip(actor.sourceIdentity ?? '', 256)),
    ...optional('invokedBy', clip(actor.invokedBy ?? '', 256)),
  };
}

/** Facts that stay the same when the same thing is done again, so that a suppression can rest on them. */
function stableOf({ record, context }: EnrichedEvent): Readonly<Record<string, string>> {
  const action = `${textAt(record, 'eventSource')}:${textAt(record, 'eventName')}`;
  return {
    ...optional('network', context.source.network),
    userAgent: context.source.userAgentFamily,
    ...optional('region', clip(textAt(record, 'awsRegion'), 64)),
    action: clip(action, 512),
  };
}
