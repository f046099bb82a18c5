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
  'aws:sourceorgpaths',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpcarn',
  'aws:sourcevpce',
  'aws:vpceaccount',
  'aws:vpceorgid',
  'aws:vpceorgpaths',
  'aws:userid',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
]);

/** Operators that ask for a match; `…IfExists` is none: without the key it lets pass. */
const MATCHING = /^(foranyvalue:)?(string(equals|equalsignorecase|like)|arn(equals|like))$/;
/** Operators that hold for everybody without the key; in a denial they shut out all but those named. */
const EXCEPTING = /^(string(notequals|notequalsignorecase|notlike)|arn(notequals|notlike))(ifexists)?$/;

/** Whether a statement's `Condition` narrows it: one narrowing test is enough, as all must hold. */
export function narrows(condition: unknown): boolean {
  return testsOf(condition).some((test) => namesFew(test, MATCHING, 'ipaddress'));
}

/** Whether a denial under this `Condition` meets everybody but few: all of its tests must spare only few. */
export function deniesStrangers(condition: unknown): boolean {
  const tests = testsOf(condition);
  return tests.length > 0 && tests.every((test) => namesFew(test, EXCEPTING, 'notipaddress'));
}

interface Test {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

function testsOf(condition: unknown): readonly Test[] {
  return entries(condition).flatMap(([operator, tests]) =>
    entries(tests).map(([key, value]) => ({
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      values: listOf(value),
    })),
  );
}

/** Values of one test are alternatives: one that is open to all makes the test worthless. */
function namesFew({ operator, key, values }: Test, operators: RegExp, onAddress: string): boolean {
  if (key === 'aws:principalisawsservice')
    return operators === MATCHING && operator === 'bool' && values.includes('true');
  if (values.length === 0) return false;
  if (operator === onAddress && (key === 'aws:sourceip' || key === 'aws:vpcsourceip'))
    return !values.some(isWideNetwork);
  return NARROWING_KEYS.has(key) && operators.test(operator) && !values.some(isOpen);
}

/** `*`, `arn:aws:*`, `arn:aws:iam::*:role/x`: anybody can have such a name. */
function isOpen(value: string): boolean {
  if (!value.startsWith('arn:')) return /^[*?]*(:.*)?$/.test(value);
  const [, , service = '', , account = ''] = value.split(':');
  // A bucket's ARN has no account, but only one bucket has the name.
  return /[*?]/.test(account) || (account === '' && (service !== 's3' || /:::[^/]*[*?]/.test(value)));
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function listOf(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === 'string' || typeof item === 'boolean').map(String);
}
