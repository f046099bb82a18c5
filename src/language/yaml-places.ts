import { EVENT_ID, type Event, getScalarValue } from 'js-yaml';

/** Where a value of a YAML document stands, and where its keys or items stand. */
export interface Place {
  readonly line: number;
  /** By key, or by index as text. The line is that of the key (map) or of the item (list). */
  readonly children: ReadonlyMap<string, { readonly line: number; readonly place: Place }>;
}

/** What a person could not tell apart from a small file, written out in full. */
const MAX_EXPANDED_VALUES = 500_000;

interface OpenPlace {
  readonly line: number;
  readonly children: Map<string, { line: number; place: Place }>;
  readonly isMap: boolean;
  readonly anchor: string | undefined;
  /** Text and line of the key that waits for its value; null: a key that is no plain value. */
  key: { text: string; line: number } | null | undefined;
  size: number;
}

interface Anchored {
  readonly place: Place;
  readonly size: number;
}

interface Walk {
  readonly source: string;
  readonly lineAt: (offset: number) => number;
  readonly anchors: Map<string, Anchored>;
  /** The collections around the present event, outermost first. */
  readonly open: OpenPlace[];
  readonly problems: { line: number; message: string }[];
  root: Place;
}

/**
 * The places of one document, and what is wrong with its keys and aliases:
 * every key that appears twice, an alias inside its own anchor, and aliases that
 * unfold to more than anybody wrote.
 */
export function placesOf(
  events: readonly Event[],
  source: string,
  lineAt: (offset: number) => number,
): { root: Place; problems: readonly { line: number; message: string }[] } {
  const root = { line: 1, children: new Map() };
  const walk: Walk = { source, lineAt, anchors: new Map(), open: [], problems: [], root };
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) continue;
    if (event.type === EVENT_ID.POP) {
      const place = walk.open.pop();
      if (place !== undefined) close(walk, place, place.size, place.anchor);
    } else visitContent(walk, event);
  }
  return { root: walk.root, problems: walk.problems };
}

function visitContent(walk: Walk, event: Content): void {
  const line = lineOfEvent(event, walk.open.at(-1), walk.lineAt);
  const anchor = event.anchorStart < 0 ? undefined : walk.source.slice(event.anchorStart, event.anchorEnd);
  if (event.type === EVENT_ID.ALIAS) visitAlias(walk, anchor ?? '', line);
  else if (event.type === EVENT_ID.SCALAR) {
    close(walk, { line, children: new Map() }, 1, anchor, getScalarValue(walk.source, event));
  } else {
    const isMap = event.type === EVENT_ID.MAPPING;
    walk.open.push({ line, children: new Map(), isMap, anchor, key: undefined, size: 1 });
  }
}

function visitAlias(walk: Walk, anchor: string, line: number): void {
  if (walk.open.some((place) => place.anchor === anchor)) {
    walk.problems.push({ line, message: `"*${anchor}" stands inside the value that it names.` });
  }
  const target = walk.anchors.get(anchor);
  const place = { line, children: target?.place.children ?? new Map() };
  close(walk, place, target?.size ?? 1, undefined);
}

/** A value is complete: its parent learns where it stands. */
function close(walk: Walk, place: Place, size: number, anchor: string | undefined, keyText?: string): void {
  if (anchor !== undefined) walk.anchors.set(anchor, { place, size });
  const parent = walk.open.at(-1);
  if (parent !== undefined) {
    attach(parent, place, size, keyText, walk.problems);
    return;
  }
  walk.root = place;
  if (size > MAX_EXPANDED_VALUES) {
    const message = 'the aliases unfold to too much. Write fewer of them.';
    walk.problems.push({ line: place.line, message });
  }
}

function attach(
  parent: OpenPlace,
  place: Place,
  size: number,
  keyText: string | undefined,
  problems: { line: number; message: string }[],
): void {
  parent.size += size;
  if (!parent.isMap) {
    parent.children.set(String(parent.children.size), { line: place.line, place });
  } else if (parent.key === undefined) {
    parent.key = keyText === undefined ? null : { text: keyText, line: place.line };
    const first = keyText === undefined ? undefined : parent.children.get(keyText);
    if (first !== undefined) {
      const message = `the key "${keyText}" appears twice (first in line ${first.line}). Remove one.`;
      problems.push({ line: place.line, message });
    }
  } else {
    if (parent.key !== null) parent.children.set(parent.key.text, { line: parent.key.line, place });
    parent.key = undefined;
  }
}

type Content = Exclude<Event, { type: typeof EVENT_ID.POP | typeof EVENT_ID.DOCUMENT }>;

/** A value that was left out stands where its key does. */
function lineOfEvent(
  event: Content,
  parent: OpenPlace | undefined,
  lineAt: (offset: number) => number,
): number {
  const offset = offsetOf(event);
  return offset < 0 ? (parent?.key?.line ?? parent?.line ?? 1) : lineAt(offset);
}

function offsetOf(event: Content): number {
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart;
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  return event.start;
}
