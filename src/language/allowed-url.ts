/** This machine itself: the only hosts that may be spoken to without TLS. */
const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Why a URL must not be called, or undefined where it may. Allowed is a host of
 * the list, exactly (`hooks.example.com`, `hooks.example.com:8443`; without a port
 * the scheme's own is meant), by https; http to a listed loopback address. The
 * answer never repeats the URL, which may hold a secret.
 */
export function refusalOfUrl(url: string, allowedHosts: readonly string[]): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) return 'it is no URL';
  if (parsed.username !== '' || parsed.password !== '') return 'it holds a user name or password';
  const listed = allowedHosts.some((host) => host.toLowerCase() === parsed.host);
  if (!listed) return `its host ${parsed.host.slice(0, 100)} is not among the allowed hosts`;
  if (parsed.protocol === 'https:') return undefined;
  if (parsed.protocol === 'http:' && LOOPBACK.includes(parsed.hostname)) return undefined;
  return 'it is not https';
}
