import Type from 'typebox';
import { TrailhiveError } from '../../domain/errors.ts';
import { defineAction } from '../action.ts';

const MAX_BODY_CHARACTERS = 64 * 1024;
const HEADER_NAME = '^[A-Za-z0-9-]{1,64}$';

const params = Type.Object(
  {
    url: Type.String({ minLength: 1, maxLength: 2048 }),
    headers: Type.Optional(
      Type.Record(
        Type.String({ pattern: HEADER_NAME }),
        Type.String({
          maxLength: 4096,
          pattern: '^[\\x20-\\x7e]*$',
          description: 'text of printable ASCII characters',
        }),
        { additionalProperties: false, description: 'names of headers: letters, digits and hyphens' },
      ),
    ),
    body: Type.Union([Type.String(), Type.Record(Type.String(), Type.Unknown())]),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 30_000 })),
  },
  { additionalProperties: false },
);

/**
 * Sends a message to a host that the configuration allows. The step's key goes
 * along as `Idempotency-Key`: a receiver that honours it acts once, whatever is
 * repeated. Of the answer only the status is read.
 */
export const httpPost = defineAction(params, {
  name: 'http.post',
  risk: 'notify',
  takesSecrets: true,
  simulate: ({ url }) => `would post to ${hostOf(url)}`,
  async run(_subject, { url, headers = {}, body, timeoutMs = 10_000 }, { http, idempotencyKey }) {
    const isText = typeof body === 'string';
    const text = isText ? body : JSON.stringify(body);
    if (text.length > MAX_BODY_CHARACTERS) throw new TrailhiveError('permanent', 'the body is too large');
    const { status } = await http.post({
      url,
      headers: {
        'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
        ...headers,
        'Idempotency-Key': idempotencyKey,
      },
      body: text,
      timeoutMs,
    });
    if (status < 200 || status > 299) throw refusedWith(status, hostOf(url));
    return { summary: `posted to ${hostOf(url)}, which answered ${status}`, data: { status } };
  },
});

function refusedWith(status: number, host: string): TrailhiveError {
  const isPassing = status === 408 || status === 425 || status === 429 || status >= 500;
  return new TrailhiveError(isPassing ? 'retryable' : 'permanent', `${host} answered ${status}`);
}

/** The host alone: path and query may hold a secret. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'a URL that cannot be read';
}
