import { TrailhiveError } from '../../domain/errors.ts';

/** What TheHive answered, where the answer is one that the caller can judge: success, or a refusal of the content. */
export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: unknown;
}

export interface AnswerPlace {
  readonly method: string;
  readonly path: string;
}

/**
 * Sorts a status: success and refusals of the content (400, 404, 409, …) are
 * answers for the caller; a refused key or right is a matter of configuration;
 * everything else is worth another try.
 */
export function toAnswer(
  place: AnswerPlace,
  response: { readonly status: number; readonly data: unknown; readonly retryAfterMs: number | undefined },
): Answer {
  const { status, data } = response;
  if (status >= 200 && status < 300) return { ok: true, status, body: data };
  if (status === 401 || status === 402 || status === 403 || (status >= 300 && status < 400)) {
    throw configFault(place, status, data);
  }
  if (status === 429 || status >= 500) {
    throw new TrailhiveError('retryable', `TheHive answered ${status} to ${place.method} ${place.path}`, {
      // A 429 is given before any work; a 5xx may come after it.
      details: { ...place, status, maybeDone: status !== 429, reason: reasonOf(data) },
      ...(response.retryAfterMs === undefined ? {} : { retryAfterMs: response.retryAfterMs }),
    });
  }
  return { ok: false, status, body: data };
}

function configFault(place: AnswerPlace, status: number, data: unknown): TrailhiveError {
  return new TrailhiveError(
    'config',
    `TheHive answered ${status} to ${place.method} ${place.path}. ${remedyOf(status)}`,
    { details: { ...place, status, reason: reasonOf(data) } },
  );
}

function remedyOf(status: number): string {
  if (status === 401) return 'The API key is not valid: renew it and set TRAILHIVE_THEHIVE_KEY.';
  if (status === 402) return 'The account asks for a second factor: use a service account.';
  if (status === 403) {
    return 'The account lacks a right, or is not in the organisation: see thehive.organisation and `trailhive check`.';
  }
  return 'The address redirects elsewhere: set thehive.url to the final one.';
}

/** The body of a success. A refusal is thrown as `permanent`: the same request will be refused again. */
export function bodyOf(answer: Answer, what: string): unknown {
  if (answer.ok) return answer.body;
  throw new TrailhiveError('permanent', `TheHive refused to ${what}: ${reasonOf(answer.body)}`, {
    details: { status: answer.status },
  });
}

/** TheHive's own words for a refusal, bounded. */
export function reasonOf(body: unknown): string {
  const { type, message } = (typeof body === 'object' && body !== null ? body : {}) as {
    type?: unknown;
    message?: unknown;
  };
  const text = typeof message === 'string' ? message : typeof body === 'string' ? body : '';
  return `${typeof type === 'string' ? `${type}: ` : ''}${text}`.slice(0, 300);
}

/**
 * True where TheHive refused something because it is there already. TheHive has
 * no status of its own for that; its wording is the only sign.
 */
export function saysAlreadyExists(body: unknown): boolean {
  return /already exist/i.test(reasonOf(body));
}

/** May a thrown failure have changed something on the server nevertheless? */
export function maybeDone(error: unknown): boolean {
  return error instanceof TrailhiveError && error.details['maybeDone'] === true;
}
