import { isWideNetwork } from '../address.ts';

/** Keys that name a caller or a place. With a fixed value each of them shuts out the rest of the world. */
const NARROWING_KEYS = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalservicename',
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  'aws:username',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
]);

/** Operators that ask for a match; `…IfExists` is none: without the key it lets pass. */
const MATCHING = /^(foranyvalue:)?(string(equals|equalsignorecase|like)|arn(equals|like))$/;

/** Whether a statement's `Condition` narrows it: one narrowing test is enough, as all must hold. */
export function narrows(condition: unknown): boolean {
  return entries(condition).some(([operator, tests]) =>
    entries(tests).some(([key, value]) =>
      narrowingTest(operator.toLowerCase(), key.toLowerCase(), listOf(value)),
    ),
  );
}

/** Values of one test are alternatives: one that is open to all makes the test worthless. */
function narrowingTest(operator: string, key: string, values: readonly string[]): boolean {
  if (values.length === 0) return false;
  if (operator === 'ipaddress' && key === 'aws:sourceip') return !values.some(isWideNetwork);
  return NARROWING_KEYS.has(key) && MATCHING.test(operator) && !values.some(isOpen);
}

/** `*`, `arn:aws:*`, `arn:aws:iam::*:role/x`: anybody can have such a name. */
function isOpen(value: string): boolean {
  if (!value.startsWith('arn:')) return /^[*?]*$/.test(value);
  const [, , , , account = ''] = value.split(':');
  return account.includes('*') || account.includes('?');
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function listOf(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === 'string');
}
