import { DERIVED_FACTS } from '../../src/pipeline/enrich/derived/registry.ts';
import { aRecord, type RecordOverrides } from './an-event.ts';

/**
 * What the fact of a name says of a call, `derivedOf('worldOpened', 'ec2 AuthorizeSecurityGroupIngress', { … })`;
 * undefined also where it is not read from that call.
 */
export function derivedOf(
  name: string,
  call: string,
  requestParameters: unknown,
  more: RecordOverrides = {},
): unknown {
  const [service = '', eventName = ''] = call.split(' ');
  const eventSource = `${service}.amazonaws.com`;
  const fact = DERIVED_FACTS.find((one) => one.name === name);
  if (fact === undefined) throw new Error(`no fact is called ${name}`);
  if (!fact.calls.includes(`${eventSource} ${eventName}`)) return undefined;
  return fact.says(aRecord({ eventSource, eventName, requestParameters, ...more }));
}
