/**
 * The SQS and S3 emulator of docker-compose.yml: installs fauxqs once into a
 * volume, starts it, and makes the bucket, the queue and its dead-letter queue.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const folder = '/srv/packages';
const region = 'eu-west-1';
if (!existsSync(`${folder}/node_modules/fauxqs`)) {
  execFileSync('npm', ['install', '--prefix', folder, `fauxqs@${process.env.FAUXQS_VERSION}`], {
    stdio: 'inherit',
  });
}
const { startFauxqs } = await import(`${folder}/node_modules/fauxqs/dist/app.js`);
const server = await startFauxqs({ port: 4566, defaultRegion: region });
server.createQueue('cloudtrail-dead-letters', { region });
server.createQueue('cloudtrail', {
  region,
  attributes: {
    VisibilityTimeout: '120',
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:000000000000:cloudtrail-dead-letters',
      maxReceiveCount: '20',
    }),
  },
});
server.createBucket('cloudtrail-logs');
