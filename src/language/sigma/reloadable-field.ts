/**
 * Why a field cannot name a group; undefined for one that can. What `context/`, IAM
 * snapshots and address data say may be another thing tomorrow: a fingerprint or a
 * window's key that held it would change for events that are the same.
 */
export function reloadableField(field: string): string | undefined {
  const [root = '', name] = field.split('.');
  const isReloadable = ROOTS.has(root)
    ? name !== undefined
    : root === 'account' && name !== undefined && name !== 'id';
  if (!isReloadable) return undefined;
  return `"${field}" can change while trailhive runs, and groups must not. Match on it, and group by what the record itself says.`;
}

const ROOTS: ReadonlySet<string> = new Set(['company', 'place']);
