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
          nature: 'unknown',
          channel: 'programmatic',
          credential: 'permanent',
        },
        account: { id: '111122223333', name: 'prod', environment: 'production' },
        action: {
          iam: 'cloudtrail:StopLogging',
          service: 'cloudtrail',
          accessLevel: 'Write',
          risks: ['infrastructure-modification', 'defence-evasion'],
        },
        source: {
          scope: 'address',
          address: '203.0.113.7',
          network: '203.0.113.0/24',
          userAgentFamily: 'cli',
        },
        place: { scope: 'public' },
        target: { resources: ['arn:aws:cloudtrail:eu-west-1:111122223333:trail/main'] },
        company: {},
        derived: {},
      },
    });
  });

  it('looks no place up for who asks only who acted', () => {
    const asked: string[] = [];
    const places = { lookUp: (address: string) => ({ asnName: String(asked.push(address)) }) };
    const { context } = createEnrich(aCompany(), places)(anEvent());
    expect([context.actor.name, context.source.address, context.action.service]).toEqual([
      'alice',
      '203.0.113.7',
      'cloudtrail',
    ]);
    expect(asked).toEqual([]);
    expect([context.place.asnName, context.place.asnName]).toEqual(['1', '1']);
    expect(asked).toEqual(['203.0.113.7']);
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
