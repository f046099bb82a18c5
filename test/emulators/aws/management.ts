/**
 * The two calls of AWS that fill context files, as a server on loopback that speaks
 * their wire protocols: iam:GetAccountAuthorizationDetails (query, XML, pages by
 * `Marker`) and ec2:DescribeImages (EC2 query, XML, pages by `nextToken`).
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface EmulatedUser {
  readonly name: string;
  readonly groups?: readonly string[];
  /** Policy documents, as objects. */
  readonly inline?: readonly object[];
}

export interface EmulatedImage {
  readonly id: string;
  readonly owner: string;
  readonly alias?: string;
  readonly name?: string;
  readonly region: string;
}

export interface ManagementEmulator {
  readonly endpoint: string;
  /** What was asked: the parameters of each call, with the region that it was signed for. */
  readonly calls: readonly Readonly<Record<string, string>>[];
  /** The next calls are answered with this error code, HTTP 403. */
  refuse(code: string | undefined): void;
  stop(): Promise<void>;
}

const ACCOUNT = '111122223333';

/** Users stand one on a page, images two on a page: paging is seen with few. */
export async function startManagement(content: {
  readonly users?: readonly EmulatedUser[];
  readonly images?: readonly EmulatedImage[];
}): Promise<ManagementEmulator> {
  const calls: Record<string, string>[] = [];
  let refusal: string | undefined;
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const parameters = { ...Object.fromEntries(new URLSearchParams(body)), region };
      calls.push(parameters);
      response.setHeader('content-type', 'text/xml');
      if (refusal !== undefined) {
        response.statusCode = 403;
        response.end(errorXml(refusal, String((parameters as Record<string, string>)['Version'])));
      } else response.end(answer(parameters, content));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    refuse: (code) => {
      refusal = code;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function answer(
  parameters: Readonly<Record<string, string>>,
  { users = [], images = [] }: Parameters<typeof startManagement>[0],
): string {
  if (parameters['Action'] === 'GetAccountAuthorizationDetails') return usersXml(users, parameters['Marker']);
  return imagesXml(images, parameters);
}

function usersXml(users: readonly EmulatedUser[], marker = '0'): string {
  const at = Number(marker);
  const user = users[at];
  const isLast = at >= users.length - 1;
  const groups = at === 0 ? [...new Set(users.flatMap((each) => each.groups ?? []))] : [];
  return `<GetAccountAuthorizationDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
<GetAccountAuthorizationDetailsResult>
<IsTruncated>${!isLast}</IsTruncated>${isLast ? '' : `<Marker>${at + 1}</Marker>`}
<UserDetailList>${user === undefined ? '' : userXml(user)}</UserDetailList>
<GroupDetailList>${groups.map(groupXml).join('')}</GroupDetailList>
<RoleDetailList/>
<Policies/>
</GetAccountAuthorizationDetailsResult>
<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>
</GetAccountAuthorizationDetailsResponse>`;
}

function userXml({ name, groups = [], inline = [] }: EmulatedUser): string {
  const policies = inline.map(
    (document, index) =>
      `<member><PolicyName>p${index}</PolicyName><PolicyDocument>${encodeURIComponent(JSON.stringify(document))}</PolicyDocument></member>`,
  );
  return `<member><UserName>${name}</UserName><UserId>AIDA${name.toUpperCase()}</UserId><Path>/</Path>
<Arn>arn:aws:iam::${ACCOUNT}:user/${name}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>
<GroupList>${groups.map((group) => `<member>${group}</member>`).join('')}</GroupList>
<UserPolicyList>${policies.join('')}</UserPolicyList><AttachedManagedPolicies/></member>`;
}

function groupXml(name: string): string {
  return `<member><GroupName>${name}</GroupName><GroupId>AGPA${name.toUpperCase()}</GroupId><Path>/</Path>
<Arn>arn:aws:iam::${ACCOUNT}:group/${name}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>
<GroupPolicyList/><AttachedManagedPolicies/></member>`;
}

function imagesXml(images: readonly EmulatedImage[], parameters: Readonly<Record<string, string>>): string {
  const wanted = new Set(
    Object.entries(parameters)
      .filter(([key]) => /^Filter\.1\.Value\.\d+$/.test(key))
      .map(([, value]) => value),
  );
  const found = images.filter(({ id, region }) => wanted.has(id) && region === parameters['region']);
  const start = Number(parameters['NextToken'] ?? 0);
  const more = start + 2 < found.length ? `<nextToken>${start + 2}</nextToken>` : '';
  const items = found
    .slice(start, start + 2)
    .map(
      ({ id, owner, alias, name }) =>
        `<item><imageId>${id}</imageId><imageOwnerId>${owner}</imageOwnerId>${
          alias === undefined ? '' : `<imageOwnerAlias>${alias}</imageOwnerAlias>`
        }${name === undefined ? '' : `<name>${name}</name>`}<isPublic>true</isPublic></item>`,
    );
  return `<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r-1</requestId>
<imagesSet>${items.join('')}</imagesSet>${more}</DescribeImagesResponse>`;
}

/** EC2 wraps its errors otherwise than IAM does. */
function errorXml(code: string, version: string): string {
  const error = `<Error><Code>${code}</Code><Message>You are not authorised.</Message></Error>`;
  return version === '2010-05-08'
    ? `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">${error}<RequestId>r-1</RequestId></ErrorResponse>`
    : `<Response><Errors>${error}</Errors><RequestID>r-1</RequestID></Response>`;
}
