import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createEnrich } from '../../../../src/pipeline/enrich/enrich.ts';
import { enrichers } from '../../../../src/pipeline/enrich/registry.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { anEvent } from '../../../helpers/an-event.ts';

describe('enrich', () => {
  it('registers every file of enrichers/ under its own name', () => {
    const files = readdirSync('src/pipeline/enrich/enrichers').map((file) => file.replace('.ts', ''));
    expect(Object.keys(enrichers).sort()).toEqual(files.sort());
    for (const [root, enricher] of Object.entries(enrichers)) expect(enricher.name).toBe(root);
  });

  it('adds the whole context and leaves the event as it is', () => {
    const event = anEvent();
    const company = aCompany({ accounts: { '111122223333': { name: 'prod', environment: 'production' } } });
    expect(createEnrich(company)(event)).toEqual({
      ...event,
      context: {
        actor: {
          kind: 'user',
          principal: 'arn:aws:iam::111122223333:user/alice',
          name: 'alice',
          account: '111122223333',
          accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        },
        account: { id: '111122223333', name: 'prod', environment: 'production' },
        action: { iam: 'cloudtrail:StopLogging', accessLevel: 'Write' },
        source: {
          scope: 'address',
          address: '203.0.113.7',
          network: '203.0.113.0/24',
          userAgentFamily: 'cli',
        },
        derived: {},
      },
    });
  });

  it('says of an unlisted account only its id', () => {
    expect(createEnrich(aCompany())(anEvent()).context.account).toEqual({ id: '111122223333' });
  });

  it('does not stumble over a record of nonsense', () => {
    const record = {
      eventSource: 's3.amazonaws.com',
      eventName: 'PutBucketPolicy',
      userIdentity: [],
      requestParameters: { bucketPolicy: 7 },
    };
    const event = { ...anEvent(), record };
    expect(createEnrich(aCompany())(event).context).toMatchObject({
      actor: { kind: 'unknown', principal: '' },
      source: { scope: 'none', userAgentFamily: 'none' },
      derived: {},
    });
  });
});
