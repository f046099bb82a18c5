import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { actionEnricher } from '../../../../src/pipeline/enrich/enrichers/action.ts';
import { iamActionOf } from '../../../../src/pipeline/enrich/iam-action.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { anEvent } from '../../../helpers/an-event.ts';

describe('action', () => {
  it.each([
    ['cloudtrail', 'StopLogging', 'cloudtrail:StopLogging', 'Write'],
    ['s3', 'ListBuckets', 's3:ListAllMyBuckets', 'List'],
    ['s3', 'PutBucketPolicy', 's3:PutBucketPolicy', 'Permissions management'],
    ['s3', 'DeleteBucketLifecycle', 's3:PutLifecycleConfiguration', 'Write'],
    ['lambda', 'UpdateFunctionCode20150331v2', 'lambda:UpdateFunctionCode', 'Write'],
    ['cloudfront', 'CreateDistribution2020_05_31', 'cloudfront:CreateDistribution', 'Write'],
    ['monitoring', 'DescribeAlarms', 'cloudwatch:DescribeAlarms', 'Read'],
    ['apigateway', 'CreateRestApi', 'apigateway:POST', 'Write'],
    ['ec2', 'CreateTags', 'ec2:CreateTags', 'Tagging'],
  ])('knows %s %s as %s', (service, eventName, iam, accessLevel) => {
    const event = anEvent({ eventSource: `${service}.amazonaws.com`, eventName });
    expect(actionEnricher.enrich(event, aCompany())).toEqual({ iam, accessLevel });
  });

  it.each([
    ['s3.amazonaws.com', '__proto__', 's3:__proto__'],
    ['constructor.amazonaws.com', 'toString', 'constructor:toString'],
    ['s3.amazonaws.com', 'NoSuchCall', 's3:NoSuchCall'],
  ])('has no level for %s %s', (eventSource, eventName, iam) => {
    expect(iamActionOf(eventSource, eventName)).toEqual({ iam });
  });

  const folder = join(import.meta.dirname, '../../../../../shared/data/cloudtrail');

  it.skipIf(!existsSync(folder))('resolves at least 97 % of the calls of real records', async () => {
    const names = new Set<string>();
    for (const file of readdirSync(folder).filter((name) => /cloudtrail\.ndjson|background/.test(name))) {
      const stream = createReadStream(join(folder, file));
      const input = file.endsWith('.gz') ? stream.pipe(createGunzip()) : stream;
      for await (const line of createInterface({ input })) {
        const { eventType, eventSource, eventName } = JSON.parse(line);
        if (eventType === 'AwsApiCall') names.add(`${eventSource} ${eventName}`);
      }
    }
    const unresolved = [...names].filter((name) => {
      const [source = '', call = ''] = name.split(' ');
      return iamActionOf(source, call).accessLevel === undefined;
    });
    // Detection tests name any call under cloudtrail.amazonaws.com, which does not own it; so do a few others.
    const foreign =
      /^(\.\.\.|cloudtrail|signin|sso-directory)|^cloudwatch\S+ PutLogEvents|^s3\S+ (StopLogging|PutEventSelectors)/;
    const missed = unresolved.filter((name) => !foreign.test(name));
    const owned = names.size - (unresolved.length - missed.length);
    expect(names.size).toBeGreaterThan(400);
    expect(1 - missed.length / owned, missed.join(', ')).toBeGreaterThanOrEqual(0.97);
  });
});
