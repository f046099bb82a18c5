/** What the key of an object under a trail's prefix tells about it. */

/**
 * Why an object is passed over without reading it, or undefined: `digest` and
 * `insight` files hold no records that rules could read, `prefix` is outside of
 * what the configuration asks for, `folder` is a console-made folder marker.
 */
export function skipReason(key: string, prefixes: readonly string[]): string | undefined {
  const folders = key.split('/');
  if (folders.includes('CloudTrail-Digest')) return 'digest';
  if (folders.includes('CloudTrail-Insight')) return 'insight';
  if (prefixes.length > 0 && !prefixes.some((prefix) => key.startsWith(prefix))) return 'prefix';
  if (key.endsWith('/')) return 'folder';
  return undefined;
}

/** The time in `…_CloudTrail_eu-west-1_20261122T0940Z_abc.json.gz`, epoch ms. */
export function keyTime(key: string): number | undefined {
  const match = /_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z_/.exec(key);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute] = match;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  return Number.isNaN(time) ? undefined : time;
}
