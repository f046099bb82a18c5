import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { checkBucket, checkQueue } from '../../../../src/adapters/aws/check.ts';
import { createAwsClients } from '../../../../src/adapters/aws/credentials.ts';
import { testAws } from '../../../helpers/aws-clients.ts';
import { withServer } from '../../../helpers/with-server.ts';

const aws = testAws();

function aQueue(name: string, attributes: Record<string, string>) {
  const { server, clients, place } = aws();
  const { queueUrl } = server.createQueue(name, { region: 'eu-west-1', attributes });
  return { name, client: clients.sqs(place), queueUrl, attempts: 5 };
}

const FOUR_DAYS = String(4 * 24 * 60 * 60);

describe('checking a queue', () => {
  it('finds nothing to mend where it fits', async () => {
    const results = await checkQueue(
      aQueue('fits', { VisibilityTimeout: '300', MessageRetentionPeriod: FOUR_DAYS }),
    );
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  });

  it('names what does not fit, and the remedy', async () => {
    const dead = aws().server.createQueue('dead', { region: 'eu-west-1' });
    const results = await checkQueue(
      aQueue('misfit', {
        VisibilityTimeout: '30',
        MessageRetentionPeriod: '3600',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.queueArn, maxReceiveCount: 3 }),
      }),
    );
    const wrong = results.filter(({ ok }) => !ok);
    expect(wrong.map(({ what }) => what)).toEqual([
      'queue misfit hides a received message for 30 s',
      'queue misfit moves a message away after 3 receives',
      'queue misfit keeps messages for 1 h',
    ]);
    expect(wrong.map(({ remedy }) => remedy?.slice(0, 40))).toEqual([
      'set its visibility timeout to 60 s or mo',
      'set maxReceiveCount of its redrive polic',
      'set its retention to 4 days or more: it ',
    ]);
  });

  it('says of a queue that EventBridge feeds in which state a rule sees reads', async () => {
    const rule = 'arn:aws:events:eu-west-1:111122223333:rule/to-trailhive';
    const policyOf = (service: string) =>
      JSON.stringify({
        Statement: {
          Effect: 'Allow',
          Principal: { Service: service },
          Action: 'sqs:SendMessage',
          Condition: { ArnEquals: { 'aws:SourceArn': rule } },
        },
      });
    const fits = { VisibilityTimeout: '300', MessageRetentionPeriod: FOUR_DAYS };
    const fed = await checkQueue(aQueue('fed', { ...fits, Policy: policyOf('events.amazonaws.com') }));
    expect(fed.at(-1)).toEqual({
      ok: true,
      what: `queue fed takes messages from EventBridge (${rule}): a rule sees calls that only read in the state ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS alone`,
    });
    const others = await checkQueue(aQueue('others', { ...fits, Policy: policyOf('s3.amazonaws.com') }));
    expect(others.map(({ what }) => what).filter((what) => what.includes('EventBridge'))).toEqual([]);
  });

  it('says what to do where there is no queue', async () => {
    const { clients, place } = aws();
    const queueUrl = `${place.endpoint}/000000000000/none`;
    const results = await checkQueue({ name: 'none', client: clients.sqs(place), queueUrl, attempts: 5 });
    expect(results).toEqual([
      {
        ok: false,
        what: 'queue none cannot be read (QueueDoesNotExist)',
        remedy: 'mend its URL, region and endpoint in the configuration',
      },
    ]);
  });
});

describe('checking a bucket', () => {
  it('reads one of its objects', async () => {
    const { server, clients, place } = aws();
    server.createBucket('filled');
    const client = clients.s3(place);
    await client.send(new PutObjectCommand({ Bucket: 'filled', Key: 'a', Body: 'x' }));
    const results = await checkBucket({ client, bucket: 'filled' });
    expect(results).toEqual([
      { ok: true, what: 'bucket filled answers' },
      { ok: true, what: 'an object of bucket filled can be read' },
    ]);
  });

  it('says that it tried nothing where there is no object, and fails where there is no bucket', async () => {
    const { server, clients, place } = aws();
    server.createBucket('empty');
    const client = clients.s3(place);
    const [, second] = await checkBucket({ client, bucket: 'empty' });
    expect(second).toMatchObject({
      ok: true,
      what: 'bucket empty holds no object yet, so reading was not tried',
    });
    const [missing] = await checkBucket({ client, bucket: 'no-such-bucket' });
    expect(missing).toMatchObject({ ok: false, what: 'bucket no-such-bucket does not exist' });
  });
});

describe('a bucket that may be listed and not read', () => {
  it.each([
    ['kms:Decrypt', 'not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:1:key/k'],
    ['s3:GetObject', 'not authorized to perform: s3:GetObject on resource: arn:aws:s3:::logs/a'],
  ])('lacks %s', async (right, text) => {
    await withServer(
      (request, response) => {
        const isList = request.url?.includes('list-type=2') === true;
        response.writeHead(isList ? 200 : 403, { 'content-type': 'application/xml' });
        response.end(isList ? LISTED : `<Error><Code>AccessDenied</Code><Message>${text}</Message></Error>`);
      },
      async (endpoint) => {
        const clients = createAwsClients({ credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
        const client = clients.s3({ region: 'eu-west-1', endpoint });
        const [, reading] = await checkBucket({ client, bucket: 'logs' });
        expect(reading?.ok).toBe(false);
        expect(reading?.what).toContain(`${right} seems to be missing`);
        expect(reading?.remedy).toContain(`grant ${right}`);
        clients.close();
      },
    );
  });
});

const LISTED = `<ListBucketResult><Name>logs</Name><IsTruncated>false</IsTruncated>
<Contents><Key>a</Key><Size>1</Size></Contents></ListBucketResult>`;

describe('clients', () => {
  it('are shared by equal places and not by different roles', () => {
    const clients = createAwsClients();
    const place = { region: 'eu-west-1', role: { arn: 'arn:aws:iam::111122223333:role/r', externalId: 'x' } };
    expect(clients.s3(place)).toBe(clients.s3({ ...place, role: { ...place.role } }));
    expect(clients.s3(place)).not.toBe(clients.s3({ region: 'eu-west-1' }));
    expect(clients.sqs(place)).not.toBe(clients.sqs({ ...place, region: 'eu-west-2' }));
    clients.close();
  });

  it('assume the role of a place, with its external id', async () => {
    const asked: URLSearchParams[] = [];
    await withServer(
      (request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        request.on('end', () => {
          asked.push(new URLSearchParams(body));
          response.writeHead(200, { 'content-type': 'text/xml' });
          response.end(ASSUMED);
        });
      },
      async (stsEndpoint) => {
        const own = { accessKeyId: 'own', secretAccessKey: 'own' };
        const clients = createAwsClients({ credentials: own, stsEndpoint });
        const role = { arn: 'arn:aws:iam::111122223333:role/reader', externalId: 'x-1' };
        const credentials = await clients.s3({ region: 'eu-west-1', role }).config.credentials();
        expect(credentials).toMatchObject({ accessKeyId: 'ASIAASSUMED', sessionToken: 'session' });
        clients.close();
      },
    );
    expect(asked.map((form) => [form.get('Action'), form.get('RoleArn'), form.get('ExternalId')])).toEqual([
      ['AssumeRole', 'arn:aws:iam::111122223333:role/reader', 'x-1'],
    ]);
  });
});

const ASSUMED = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<Credentials><AccessKeyId>ASIAASSUMED</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
<SessionToken>session</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>`;
