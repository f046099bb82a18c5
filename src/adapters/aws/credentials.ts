import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Where a queue or bucket is, and who may use it. */
export interface AwsPlace {
  readonly region: string;
  /** For emulators and private endpoints; absent: AWS' own. */
  readonly endpoint?: string;
  /** Absent: the credentials of the process. */
  readonly role?: { readonly arn: string; readonly externalId?: string };
}

export interface AwsOptions {
  /** Replaces the SDK's default chain (environment, files, instance and container roles). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Where roles are assumed; absent: AWS' own. */
  readonly stsEndpoint?: string;
}

/** Clients by place. Equal places share a client, and with it its connections and its assumed role. */
export interface AwsClients {
  sqs(place: AwsPlace): SQSClient;
  s3(place: AwsPlace): S3Client;
  close(): void;
}

const SESSION_NAME = 'trailhive';
const CONNECTION_TIMEOUT_MS = 5_000;
/** Longer than the longest poll. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Builds AWS clients. A role is assumed at the first call, and again before its session ends. */
export function createAwsClients(options: AwsOptions = {}): AwsClients {
  const sqs = new Map<string, SQSClient>();
  const s3 = new Map<string, S3Client>();
  return {
    sqs: (place) => shared(sqs, place, () => new SQSClient(clientConfig(place, options))),
    s3: (place) =>
      shared(
        s3,
        place,
        () => new S3Client({ ...clientConfig(place, options), forcePathStyle: place.endpoint !== undefined }),
      ),
    close() {
      for (const client of [...sqs.values(), ...s3.values()]) client.destroy();
    },
  };
}

function shared<T>(clients: Map<string, T>, place: AwsPlace, create: () => T): T {
  const key = JSON.stringify([place.region, place.endpoint, place.role?.arn, place.role?.externalId]);
  const known = clients.get(key);
  if (known !== undefined) return known;
  const client = create();
  clients.set(key, client);
  return client;
}

export function clientConfig(place: AwsPlace, options: AwsOptions) {
  const credentials = place.role === undefined ? options.credentials : assumed(place, place.role, options);
  return {
    region: place.region,
    ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
    }),
  };
}

function assumed(place: AwsPlace, role: NonNullable<AwsPlace['role']>, options: AwsOptions) {
  return fromTemporaryCredentials({
    params: {
      RoleArn: role.arn,
      RoleSessionName: SESSION_NAME,
      ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
    },
    ...(options.credentials === undefined ? {} : { masterCredentials: options.credentials }),
    clientConfig: {
      region: place.region,
      ...(options.stsEndpoint === undefined ? {} : { endpoint: options.stsEndpoint }),
    },
  });
}
