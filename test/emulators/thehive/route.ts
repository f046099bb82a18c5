/** A route as the rooms of the emulator write it; paths are spelled as in the OpenAPI document. */
import type { Caller } from './hive.ts';

export interface Call {
  readonly who: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, with `{names}`. */
  readonly path: string;
  /** Status of success; 204 sends no body. */
  readonly status: 200 | 201 | 204;
  /** Answers without a key. */
  readonly isPublic?: boolean;
  /** The right that the key needs, as the OpenAPI document's `x-TheHive-permissions` names it. */
  readonly right?: string;
  readonly handle: (call: Call) => unknown;
}

/** A success with another status than the route's own. */
export class OtherStatus {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }
}

/** A path parameter; the router has decoded it. */
export function param(call: Call, name: string): string {
  return call.params[name] ?? '';
}
