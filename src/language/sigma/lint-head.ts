import { parseAttackTag, TACTICS } from './attack.ts';
import { unknownField } from './known-fields.ts';
import type { SigmaHead } from './sigma-rule.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const STATUSES: readonly unknown[] = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];

/** What is probably not meant in the words around a detection or correlation. */
export function lintHead(head: SigmaHead, fieldsKnown: boolean): readonly string[] {
  const status = head.custom.get('status');
  const fields = fieldsKnown ? head.groupBy.flatMap((field) => unknownField(field) ?? []) : [];
  return [
    ...(UUID.test(head.id) ? [] : ['the "id" is no UUID. Make one, so that it is unique everywhere.']),
    ...(status === undefined || STATUSES.includes(status)
      ? []
      : [`unknown "status". Write one of ${STATUSES.join(', ')}.`]),
    ...fields.map((message) => `the group: ${message}`),
    ...head.tags.flatMap(adviceOnTag),
  ];
}

function adviceOnTag(tag: string): readonly string[] {
  if (!/^[^.\s]+\.\S+$/.test(tag)) return [`the tag "${tag}" has no namespace. Write it as namespace.name.`];
  if (parseAttackTag(tag)?.kind !== 'unknown') return [];
  const remedy = `Write a technique (attack.t1562 or attack.t1562.008) or one of ${TACTICS.join(', ')}.`;
  return [`the tag "${tag}" is not of ATT&CK. ${remedy}`];
}
