/**
 * A slow and plain matcher of single items, written from the specification and
 * docs/adr/0003, to say what generated cases must do. It shares no code with the
 * engine and takes other ways on purpose: dashes and wildcards are sets of
 * characters, base64 offsets are found by trying, networks are Node's BlockList.
 */
import { BlockList, isIP } from 'node:net';

type Scalar = string | number | boolean | null;
type Row = Readonly<Record<string, unknown>>;

/** What one place of a pattern takes: one of these characters, any one, or any run. */
type Place = readonly string[] | 'one' | 'many';

export interface Placeholders {
  readonly [name: string]: readonly string[];
}

/** Does `key: values` hold for the event? 'refused' where the rule must not load. */
export function itemHolds(
  key: string,
  values: readonly Scalar[],
  event: Row,
  placeholders: Placeholders,
): boolean | 'refused' {
  const [field = '', ...chain] = key.split('|');
  const results = values.map((value) => valueHolds(chain, value, valueAt(event, field), event, placeholders));
  if (results.includes('refused')) return 'refused';
  const holds = chain.includes('all') ? !results.includes(false) : results.includes(true);
  return chain.includes('neq') ? !holds : holds;
}

const ABSENT = Symbol('absent');

function valueAt(row: unknown, path: string): unknown {
  if (Array.isArray(row)) {
    const found = row.map((element) => valueAt(element, path)).filter((value) => value !== ABSENT);
    return found.length === 0 ? ABSENT : found;
  }
  if (typeof row !== 'object' || row === null) return ABSENT;
  if (Object.keys(row).includes(path)) return (row as Row)[path];
  const [head = '', ...rest] = path.split('.');
  if (rest.length === 0 || !Object.keys(row).includes(head)) return ABSENT;
  return valueAt((row as Row)[head], rest.join('.'));
}

function membersOf(value: unknown): readonly unknown[] {
  if (value === ABSENT) return [];
  return Array.isArray(value) ? value.flatMap(membersOf) : [value];
}

function textsOf(value: unknown): readonly string[] {
  return membersOf(value).flatMap((member) => {
    if (member === null) return [];
    if (typeof member !== 'object') return [`${member}`];
    const json = JSON.stringify(member);
    return [json, json.replace(/\\(["\\/])/g, '$1')];
  });
}

function valueHolds(
  chain: readonly string[],
  value: Scalar,
  found: unknown,
  event: Row,
  placeholders: Placeholders,
): boolean | 'refused' {
  const has = (name: string) => chain.includes(name);
  if (has('exists')) return typeof value === 'boolean' ? (found !== ABSENT) === value : 'refused';
  if (has('re')) return expressionHolds(chain, value, found);
  if (has('cidr')) return networkHolds(String(value), found);
  if (has('fieldref')) return referenceHolds(chain, String(value), found, event);
  const part = ['minute', 'hour', 'day', 'week', 'month', 'year'].find(has);
  const order = ['lt', 'lte', 'gt', 'gte'].find(has);
  if (part !== undefined || order !== undefined) return numberHolds(part, order ?? 'eq', value, found);
  return textHolds(chain, value, found, placeholders);
}

function expressionHolds(chain: readonly string[], value: Scalar, found: unknown): boolean | 'refused' {
  if (value === null) return 'refused';
  const flags = ['i', 'm', 's'].filter((flag) => chain.includes(flag)).join('');
  try {
    const expression = new RegExp(String(value), flags);
    return textsOf(found).some((text) => expression.test(text));
  } catch {
    return 'refused';
  }
}

function networkHolds(value: string, found: unknown): boolean | 'refused' {
  const [base = '', bits = ''] = value.split('/');
  if (isIP(base) === 0) return 'refused';
  const list = new BlockList();
  list.addSubnet(base, Number(bits), isIP(base) === 4 ? 'ipv4' : 'ipv6');
  return membersOf(found).some(
    (member) =>
      typeof member === 'string' &&
      isIP(member) !== 0 &&
      list.check(member, isIP(member) === 4 ? 'ipv4' : 'ipv6'),
  );
}

function referenceHolds(chain: readonly string[], name: string, found: unknown, event: Row): boolean {
  const form = (text: string) => (chain.includes('cased') ? text : text.toLowerCase());
  const others = textsOf(valueAt(event, name)).map(form);
  return textsOf(found)
    .map(form)
    .some((text) =>
      others.some((other) => {
        if (chain.includes('contains')) return text.includes(other);
        if (chain.includes('startswith')) return text.startsWith(other);
        if (chain.includes('endswith')) return text.endsWith(other);
        return text === other;
      }),
    );
}

function numberHolds(
  part: string | undefined,
  order: string,
  value: Scalar,
  found: unknown,
): boolean | 'refused' {
  const limit = numberIn(value);
  if (limit === undefined) return 'refused';
  return membersOf(found).some((member) => {
    const number = part === undefined ? numberIn(member) : datePart(part, member);
    if (number === undefined) return false;
    const orders = { lt: number < limit, lte: number <= limit, gt: number > limit, gte: number >= limit };
    return { ...orders, eq: number === limit }[order] === true;
  });
}

function numberIn(value: unknown): number | undefined {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));
  return isNumber ? Number(value) : undefined;
}

/** Reads the digits of ISO text in UTC, which is all that the generated events have; a number is seconds since 1970. */
function datePart(part: string, value: unknown): number | undefined {
  if (typeof value === 'number')
    return datePart(part, new Date(Math.floor(value) * 1000).toISOString().replace('.000', ''));
  const found = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):\d\dZ)?$/.exec(String(value));
  if (typeof value !== 'string' || found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  if (part === 'week') return weekOf(year, month, day);
  return { year, month, day, hour, minute }[part];
}

/** Week 1 holds January 4th; weeks begin on Monday. */
function weekOf(year: number, month: number, day: number): number {
  const date = Date.UTC(year, month - 1, day);
  if (date >= firstMonday(year + 1)) return 1;
  const first = date >= firstMonday(year) ? firstMonday(year) : firstMonday(year - 1);
  return 1 + Math.floor((date - first) / (7 * 24 * 60 * 60 * 1000));
}

function firstMonday(year: number): number {
  const weekday = (new Date(Date.UTC(year, 0, 4)).getUTCDay() + 6) % 7;
  return Date.UTC(year, 0, 4 - weekday);
}

function textHolds(
  chain: readonly string[],
  value: Scalar,
  found: unknown,
  placeholders: Placeholders,
): boolean | 'refused' {
  const has = (name: string) => chain.includes(name);
  const place = ['contains', 'startswith', 'endswith'].find(has);
  const code = chain.filter((name) => /^(wide|utf16|base64)/.test(name));
  if (value === null) {
    const works = place !== undefined || code.length > 0 || has('windash') || has('expand');
    return works ? 'refused' : found === ABSENT || membersOf(found).includes(null);
  }
  let patterns = has('expand') ? expanded(String(value), placeholders) : [placesOf(String(value))];
  if (has('windash')) patterns = patterns.map(withDashes);
  if (code.length > 0) {
    if (patterns.some((pattern) => pattern.some((one) => typeof one === 'string'))) return 'refused';
    const texts = patterns.flatMap(spelledOut).flatMap((text) => encodings(text, code));
    if (texts.includes('')) return 'refused';
    patterns = texts.map((text) => Array.from(text, (character) => [character]));
  }
  if (place === 'contains' || place === 'endswith') patterns = patterns.map((one) => ['many', ...one]);
  if (place === 'contains' || place === 'startswith') patterns = patterns.map((one) => [...one, 'many']);
  const form = (text: string) => (has('cased') ? text : text.toLowerCase());
  return textsOf(found).some((text) => patterns.some((pattern) => fits(pattern, text, form)));
}

/** All positions that the pattern can have reached, place by place. */
function fits(pattern: readonly Place[], text: string, form: (text: string) => string): boolean {
  const characters = Array.from(text, form);
  let reached = new Set([0]);
  for (const place of pattern) {
    if (reached.size === 0) return false;
    const next = new Set<number>();
    for (const at of reached) {
      const here = characters[at];
      if (place === 'many') for (let to = at; to <= characters.length; to += 1) next.add(to);
      else if (here !== undefined && (place === 'one' || place.map(form).includes(here))) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(characters.length);
}

function placesOf(text: string): readonly Place[] {
  const places: Place[] = [];
  for (const [piece] of text.matchAll(/\\[\\*?]|./gsu)) {
    if (piece === '*') places.push('many');
    else if (piece === '?') places.push('one');
    else places.push([piece.length === 2 && piece.startsWith('\\') ? piece.slice(1) : piece]);
  }
  return places;
}

function expanded(text: string, placeholders: Placeholders): readonly (readonly Place[])[] {
  const name = /%(\w+)%/.exec(text);
  if (name === null) return [placesOf(text)];
  const [before = '', after = ''] = text.split(name[0], 2);
  const heads = placesOf(before);
  return expanded(after, placeholders).flatMap((tail) =>
    (placeholders[name[1] ?? ''] ?? []).map((value) => [...heads, ...placesOf(value), ...tail]),
  );
}

const DASHES = ['-', '/', '–', '—', '―'];

function withDashes(pattern: readonly Place[]): readonly Place[] {
  const isWord = (place: Place | undefined) =>
    Array.isArray(place) && /^[\p{L}\p{N}_]$/u.test(String(place[0]));
  return pattern.map((place, at) => {
    const isDash = Array.isArray(place) && DASHES.includes(String(place[0]));
    return isDash && !isWord(pattern[at - 1]) && isWord(pattern[at + 1]) ? DASHES : place;
  });
}

function spelledOut(pattern: readonly Place[]): readonly string[] {
  return pattern.reduce<readonly string[]>(
    (texts, place) => texts.flatMap((text) => (place as readonly string[]).map((one) => text + one)),
    [''],
  );
}

function encodings(text: string, code: readonly string[]): readonly string[] {
  const bytes = bytesOf(text, code);
  if (code.includes('base64')) return [btoa(bytes)];
  if (!code.includes('base64offset')) return [bytes];
  return [0, 1, 2].map((shift) => stablePart(bytes, shift));
}

/** One character a byte, so that it can be compared and encoded. */
function bytesOf(text: string, code: readonly string[]): string {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  const little = units.map((unit) => String.fromCharCode(unit & 255, unit >> 8)).join('');
  if (code.includes('wide') || code.includes('utf16le')) return little;
  if (code.includes('utf16')) return `\xff\xfe${little}`;
  if (code.includes('utf16be'))
    return units.map((unit) => String.fromCharCode(unit >> 8, unit & 255)).join('');
  return String.fromCharCode(...new TextEncoder().encode(text));
}

/** The characters that are the same whatever bytes stand around: tried with bytes of zeros and of ones. */
function stablePart(bytes: string, shift: number): string {
  const around = (byte: string) => btoa(byte.repeat(shift) + bytes + byte.repeat(3));
  const [zeros, ones] = [around('\x00'), around('\xff')];
  const first = Math.ceil((shift * 8) / 6);
  const last = Math.floor(((shift + bytes.length) * 8) / 6);
  const stable = zeros.slice(first, last);
  if (stable !== ones.slice(first, last)) throw new Error('not stable');
  return stable;
}
