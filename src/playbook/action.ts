import type { Static, TObject, TProperties, TSchema } from 'typebox';
import type { PlaybookSubject, RiskClass } from '../domain/playbook.ts';
import type { CaseDesk, DeskPlace, HttpClient } from '../domain/ports.ts';

/** What a step names by `do`. One file in `actions/`, one line in `registry.ts`, one test. */
export interface PlaybookAction<Params = unknown> {
  /** `system.verb-thing`, and the file's name with `-` for `.`. */
  readonly name: string;
  readonly risk: RiskClass;
  /** Closed schema of `with`, for the text as written and for the rendered values. */
  readonly params: TSchema;
  /** Parameters that are Markdown: values in them are escaped for it. Others are plain. */
  readonly markdown: readonly string[];
  /** Works on the case alone: the step is skipped where the alert has none. */
  readonly needsCase: boolean;
  /** Its parameters may read `{{ secrets.NAME }}`. */
  readonly takesSecrets: boolean;
  /** One line on what `run` would do. No side effect; secrets are masked in `params`. */
  simulate(params: Params, subject: PlaybookSubject): string;
  /** Does it. May be repeated under the same idempotency key without doing it twice. */
  run(subject: PlaybookSubject, params: Params, tools: ActionTools): Promise<ActionResult>;
}

export interface ActionTools {
  readonly desk: CaseDesk;
  readonly http: HttpClient;
  /** Names this step for this alert: the marker in TheHive, the header of a call. */
  readonly idempotencyKey: string;
  /** When the step runs, epoch ms. */
  readonly at: number;
}

export interface ActionResult {
  /** One line for people. No secrets. */
  readonly summary: string;
  /** For later steps. JSON-safe, no secrets. */
  readonly data: Readonly<Record<string, unknown>>;
}

type ActionParts<Params> = Pick<PlaybookAction<Params>, 'name' | 'risk' | 'simulate' | 'run'> &
  Partial<Pick<PlaybookAction, 'markdown' | 'needsCase' | 'takesSecrets'>>;

/** Builds an action whose `simulate` and `run` get parameters of the schema's own type. */
export function defineAction<Properties extends TProperties>(
  params: TObject<Properties>,
  parts: ActionParts<Static<TObject<Properties>>>,
): PlaybookAction {
  return { markdown: [], needsCase: false, takesSecrets: false, params, ...parts } as PlaybookAction;
}

/** Where a step writes: the case, or the alert while it has none. */
export function placeOf(subject: PlaybookSubject): DeskPlace {
  return subject.caseId === undefined
    ? { kind: 'alert', id: subject.alertId }
    : { kind: 'case', id: subject.caseId };
}
