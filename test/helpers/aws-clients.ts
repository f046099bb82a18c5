import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll } from 'vitest';
import { type AwsClients, type AwsPlace, createAwsClients } from '../../src/adapters/aws/credentials.ts';

export interface TestAws {
  readonly server: FauxqsServer;
  readonly place: AwsPlace;
  readonly clients: AwsClients;
}

/** SQS and S3 of this test file's own, in this process, with clients as the product builds them. */
export function testAws(): () => TestAws {
  let aws: TestAws | undefined;
  beforeAll(async () => {
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
    const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
    const endpoint = `http://127.0.0.1:${server.port}`;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    aws = {
      server,
      place: { region: 'eu-west-1', endpoint },
      clients: createAwsClients({ credentials, stsEndpoint: endpoint }),
    };
  });
  afterAll(async () => {
    aws?.clients.close();
    await aws?.server.stop();
  });
  return () => aws!;
}
