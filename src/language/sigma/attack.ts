/**
 * MITRE ATT&CK as tags name it: `attack.t1562.008`, `attack.persistence`. Only the
 * form of techniques is known here, not which of them exist; tactics are known by name.
 */

/** Tactics of the enterprise matrix in its order, those of older versions included. */
export const TACTICS = [
  ...['reconnaissance', 'resource-development', 'initial-access', 'execution', 'persistence'],
  ...['privilege-escalation', 'stealth', 'defense-impairment', 'defense-evasion', 'credential-access'],
  ...['discovery', 'lateral-movement', 'collection', 'command-and-control', 'exfiltration', 'impact'],
] as const;

export type AttackTag =
  | { readonly kind: 'tactic' | 'technique'; readonly name: string }
  /** A group or a piece of software: `attack.g0016`, `attack.s0154`. */
  | { readonly kind: 'other' }
  | { readonly kind: 'unknown' };

/** What a tag says of ATT&CK; undefined where it is of another namespace. Techniques are in capitals. */
export function parseAttackTag(tag: string): AttackTag | undefined {
  const lower = tag.toLowerCase();
  if (!lower.startsWith('attack.')) return undefined;
  const name = lower.slice('attack.'.length);
  if (/^t[0-9]{4}(\.[0-9]{3})?$/.test(name)) return { kind: 'technique', name: name.toUpperCase() };
  const tactic = name.replaceAll('_', '-');
  if ((TACTICS as readonly string[]).includes(tactic)) return { kind: 'tactic', name: tactic };
  return { kind: /^[gs][0-9]{4}$/.test(name) ? 'other' : 'unknown' };
}
