/**
 * The emulators as one process, for the demo: prints where they are as one JSON line
 * on stdout and serves until its stdin closes or it is told to end.
 *
 *   node --import tsx test/emulators/main.ts
 *
 * `control` plays CloudTrail for a caller that has no AWS client: POST /deliver takes
 * one object's records, GET /queue counts the messages that are not deleted.
 */
import fastify from 'fastify';
import { createCloudTrail, type TrailObject } from './aws/cloud-trail.ts';
import { startAws } from './aws/start-aws.ts';
import { startTheHive } from './thehive/start-the-hive.ts';

const [thehive, aws] = await Promise.all([startTheHive({ contract: false }), startAws()]);
const trail = await createCloudTrail(aws);

const control = fastify({ bodyLimit: 64 * 1024 * 1024 });
control.post('/deliver', async (request) => ({ key: await trail.deliver(request.body as TrailObject) }));
control.get('/queue', () => aws.counts(trail.queueUrl));
const controlUrl = await control.listen({ host: '127.0.0.1', port: 0 });

process.stdout.write(
  `${JSON.stringify({
    thehive: { url: thehive.url, apiKey: thehive.apiKey, adminKey: thehive.adminKey },
    aws: { endpoint: aws.endpoint, region: aws.region, queueUrl: trail.queueUrl },
    control: controlUrl,
  })}\n`,
);

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await Promise.all([thehive.stop(), aws.stop(), control.close()]);
  process.exit(0);
}

process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
process.stdin.on('end', () => void stop());
process.stdin.on('close', () => void stop());
process.stdin.resume();
