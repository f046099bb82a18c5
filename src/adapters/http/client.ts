/**
 * HTTP to the outside for playbooks: posts, and reads of the answer nothing but
 * the status. Where it may go is decided here, for every call.
 */
import axios, { isAxiosError } from 'axios';
import { TrailhiveError } from '../../domain/errors.ts';
import type { HttpClient } from '../../domain/ports.ts';
import { refusalOfUrl } from '../../language/allowed-url.ts';

export interface HttpClientOptions {
  /** Hosts by exact name, with the port where it is not the scheme's own. */
  readonly allowedHosts: readonly string[];
}

/**
 * Posts to allowed hosts by https (http to a listed loopback address), without
 * redirects, cookies or proxies of the environment. Every status is an answer.
 * Throws `permanent` for a URL that is not allowed or a request that cannot be
 * made, `retryable` for the network; errors hold neither URL nor headers.
 */
export function createHttpClient({ allowedHosts }: HttpClientOptions): HttpClient {
  const client = axios.create({
    maxRedirects: 0,
    proxy: false,
    responseType: 'stream',
    decompress: false,
    validateStatus: () => true,
    transformRequest: [(body: unknown) => body],
  });
  return {
    async post({ url, headers, body, timeoutMs }) {
      const refusal = refusalOfUrl(url, allowedHosts);
      if (refusal !== undefined)
        throw new TrailhiveError('permanent', `the URL must not be called: ${refusal}`);
      try {
        const signal = AbortSignal.timeout(timeoutMs);
        const answer = await client.post(url, body, { headers, timeout: timeoutMs, signal });
        (answer.data as { destroy(): void }).destroy();
        return { status: answer.status };
      } catch (error) {
        throw failureOf(error, new URL(url).host);
      }
    },
  };
}

/** The cause is left out: axios keeps the whole request in it, secrets and all. */
function failureOf(error: unknown, host: string): TrailhiveError {
  const code = isAxiosError(error) ? (error.code ?? 'unknown') : codeOf(error);
  const isOurs =
    code.startsWith('ERR_INVALID') || code === 'ERR_BAD_OPTION' || code === 'ERR_BAD_OPTION_VALUE';
  return new TrailhiveError(isOurs ? 'permanent' : 'retryable', `the call to ${host} failed (${code})`, {
    details: { host, code },
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
