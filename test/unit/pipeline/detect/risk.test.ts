import { describe, expect, it } from 'vitest';
import { parseContext } from '../../../../src/language/context.ts';
import { evidenceOf } from '../../../../src/pipeline/detect/evidence.ts';
import { withAccess } from '../../../../src/pipeline/enrich/blast-radius/access.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { anEnrichedEvent, type RecordOverrides } from '../../../helpers/an-event.ts';
import { allow, anIamSnapshot } from '../../../helpers/an-iam-snapshot.ts';

const { context } = parseContext([
  {
    file: 'c.yml',
    text: `accounts: [{ id: "111122223333", name: shop, criticality: high }]
networks: [{ name: office, kind: vpn, cidrs: [203.0.113.0/24] }]
assets: [{ arn: "arn:aws:s3:::pay*", name: payroll, criticality: critical }]
`,
  },
]);
const company = withAccess(context, [
  anIamSnapshot({ users: { alice: { inline: [allow('s3:GetObject')] } } }),
]);
const riskOf = (record: RecordOverrides = {}, of = company) =>
  evidenceOf(anEnrichedEvent(record, {}, of), of).risk;

describe('what an event says of the score', () => {
  it('is reach, criticality of the account, and the company network', () => {
    expect(riskOf()).toEqual({
      reach: { level: 'read', why: 'the actor may do data-exfiltration' },
      criticality: { level: 'high', why: 'account shop' },
      place: { level: 'company', why: 'network office' },
    });
  });

  it('takes the asset before the account', () => {
    const bucket = {
      eventSource: 's3.amazonaws.com',
      eventName: 'DeleteBucket',
      requestParameters: { bucketName: 'pay-1' },
    };
    expect(riskOf(bucket)?.criticality).toEqual({ level: 'critical', why: 'asset payroll' });
  });

  it('knows places that hide who calls', () => {
    const event = anEnrichedEvent(
      { sourceIPAddress: '198.51.100.9' },
      { place: { scope: 'public', tor: true, hosting: true } },
    );
    expect(evidenceOf(event, aCompany()).risk?.place).toEqual({ level: 'tor', why: 'Tor exit' });
    const hosted = anEnrichedEvent(
      {},
      { place: { scope: 'public', hosting: true, asnName: 'EXAMPLE\nHOST' } },
    );
    expect(evidenceOf(hosted, aCompany()).risk?.place).toEqual({
      level: 'hosting',
      why: 'hosting provider EXAMPLE HOST',
    });
    expect(riskOf({ sourceIPAddress: 'cloudformation.amazonaws.com' }, aCompany())?.place?.level).toBe('aws');
  });

  it('is absent where nothing is known, and carries what somebody remembers', () => {
    const event = anEnrichedEvent({}, { place: { scope: 'public' } });
    expect(evidenceOf(event, aCompany())).not.toHaveProperty('risk');
    const novelty = { level: 'new', why: 'network 203.0.113.0/24 is new for the actor' } as const;
    expect(evidenceOf(event, aCompany(), novelty).risk).toEqual({ novelty });
  });
});
