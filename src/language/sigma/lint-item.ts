import { unknownField } from './known-fields.ts';
import type { Detection, DetectionItem, Selection } from './sigma-rule.ts';

/** Something to say of one line of a file. */
export interface LineAdvice {
  readonly line: number;
  readonly message: string;
}

/** What is probably not meant in the items of a detection. Fields are looked up only where `fieldsKnown`. */
export function lintItems(detection: Detection, fieldsKnown: boolean): readonly LineAdvice[] {
  const items = [...detection.selections.values()].flatMap(itemsOf);
  return items.flatMap((item) =>
    [...(fieldsKnown ? adviceOnField(item) : []), ...adviceOnValues(item)].map((message) => ({
      line: item.line,
      message,
    })),
  );
}

function itemsOf(selection: Selection): readonly DetectionItem[] {
  return selection.kind === 'item' ? [selection.item] : selection.parts.flatMap(itemsOf);
}

function adviceOnField({ field, chain, values }: DetectionItem): readonly string[] {
  const references = chain.comparison === 'fieldref' ? values.map(String) : [];
  return [field, ...references].flatMap((name) => (name === '' ? [] : (unknownField(name) ?? [])));
}

function adviceOnValues({ key, field, chain, values }: DetectionItem): readonly string[] {
  const advice: string[] = [];
  if (chain.all && values.length === 1)
    advice.push(`"${key}": "all" with one value means nothing, and other engines refuse it. Remove it.`);
  if (values.length > 1 && values.includes(null)) advice.push(nullInList(key));
  for (const value of chain.comparison === 'text' ? values : []) {
    if (looksLikeField(value)) advice.push(comparesWithName(key, String(value)));
  }
  if (/account(id)?$/i.test(field) && values.some(hasLostZeros)) advice.push(lostZeros(key));
  return advice;
}

function nullInList(key: string): string {
  return `"${key}": other engines refuse null in a list. Write a selection of its own for it.`;
}

function looksLikeField(value: unknown): boolean {
  return (
    typeof value === 'string' && /^(requestParameters|responseElements|userIdentity)(\.\w+)+$/.test(value)
  );
}

function comparesWithName(key: string, value: string): string {
  return `"${key}": compares with the text "${value}", not with that field. Write "|fieldref" for the field.`;
}

function hasLostZeros(value: unknown): boolean {
  return typeof value === 'number' && value < 10 ** 11;
}

function lostZeros(key: string): string {
  return `"${key}": an account id has twelve digits, and YAML drops leading zeros of numbers. Put it in quotes.`;
}
