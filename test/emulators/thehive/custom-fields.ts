/** Custom fields as a request gives them: an object adds or sets, an array replaces the list. */
import { badRequest, type Hive } from './hive.ts';
import type { CustomFieldValue } from './store.ts';

export type CustomFieldsInput =
  | Readonly<Record<string, unknown>>
  | readonly { readonly name: string; readonly value: unknown; readonly order?: number }[];

const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  url: (value) => typeof value === 'string',
  integer: (value) => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31,
  float: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  date: (value) => Number.isInteger(value),
};

/** The values after the request. An undefined field, or a value that is not of its type, is refused. */
export function withCustomFields(
  hive: Hive,
  present: readonly CustomFieldValue[],
  input: CustomFieldsInput | undefined,
): CustomFieldValue[] {
  if (input === undefined) return [...present];
  if (Array.isArray(input)) {
    return input.map((field, index) => fieldValue(hive, field.name, field.value, field.order ?? index));
  }
  const values = new Map(present.map((field) => [field.name, field]));
  for (const [name, value] of Object.entries(input)) {
    const before = values.get(name);
    const fresh = fieldValue(hive, name, value, before?.order ?? values.size);
    values.set(name, before === undefined ? fresh : { ...fresh, _id: before._id });
  }
  return [...values.values()];
}

function fieldValue(hive: Hive, name: string, value: unknown, order: number): CustomFieldValue {
  const definition = hive.state.customFields.find((field) => field.name === name);
  if (definition === undefined) throw badRequest(`Custom field ${name} not found`);
  if (value !== null && !CHECKS[definition.type]?.(value)) {
    throw badRequest(`Invalid value for custom field ${name}: expected ${definition.type}`);
  }
  return { _id: hive.nextId(), name, type: definition.type, value, order };
}

/** As a webhook body shows them: a plain map. */
export function customFieldMap(fields: readonly CustomFieldValue[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field.name, field.value]));
}
