/**
 * What a Sigma file says once it has been checked. Nothing is compiled yet:
 * placeholders and references are known only when all files are together.
 */
import type { Problem } from '../../domain/problem.ts';
import type { Severity } from '../../domain/severity.ts';
import type { Condition } from './condition.ts';
import type { CorrelationType, Operator } from './correlation-type.ts';
import type { RuleExpression } from './extended-condition.ts';
import type { ModifierChain } from './modifier-chain.ts';
import type { RuleExtension } from './rule-extensions.ts';

export type Scalar = string | number | boolean | null;

/** One line of a selection: a field, how to compare, with what. */
export interface DetectionItem {
  /** '' for keywords, which are looked for in the whole event. */
  readonly field: string;
  /** Key as it is written, for messages. */
  readonly key: string;
  readonly chain: ModifierChain;
  readonly values: readonly Scalar[];
  readonly line: number;
  /** Of each value. */
  readonly valueLines: readonly number[];
}

export type Selection =
  | { readonly kind: 'item'; readonly item: DetectionItem }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Selection[] };

export interface Detection {
  readonly selections: ReadonlyMap<string, Selection>;
  /** OR-ed. */
  readonly conditions: readonly Condition[];
  /** Its YAML data, for the revision. */
  readonly source: unknown;
}

/** Where a document stands. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** What detections and correlations have in common. */
export interface SigmaHead {
  readonly id: string;
  readonly name: string | undefined;
  readonly title: string;
  readonly description: string;
  readonly level: Severity;
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
  readonly alertType: string;
  readonly groupBy: readonly string[];
  readonly periodMs: number;
  readonly runbook: string;
  /** Every further key of the document, carried along. */
  readonly custom: ReadonlyMap<string, unknown>;
  readonly place: Place;
}

export interface SigmaRule extends SigmaHead {
  readonly logsource: ReadonlyMap<string, unknown>;
  readonly detection: Detection;
  /** It does not alert on its events: it watches for what is new, or for what stops. */
  readonly extension?: RuleExtension;
}

/** A reference to a rule as it is written: its id, its name, or, outside the specification, its title. */
export interface RuleReference {
  readonly text: string;
  readonly line: number;
}

/** What is measured over a window, compared with a number. */
export interface Threshold {
  readonly op: Operator;
  readonly threshold: number;
}

export interface SigmaCorrelation extends SigmaHead {
  readonly type: CorrelationType;
  /** Rules or correlations. */
  readonly rules: readonly RuleReference[];
  readonly spanMs: number;
  /** All must hold. */
  readonly condition: readonly Threshold[];
  /** A temporal type's condition, where it is a text over rules. */
  readonly expression?: RuleExpression;
  /** The fields whose distinct tuples are counted, or the one to compute with. */
  readonly valueFields: readonly string[];
  readonly percentile?: number;
  /** Alias -> rule reference -> field. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** True: the rules alert on their own as well. */
  readonly generate: boolean;
  /** `x-across-accounts`: groups are made without the account. */
  readonly acrossAccounts: boolean;
  /** Its YAML data, for the revision. */
  readonly source: Readonly<Record<string, unknown>>;
}

/** A further condition that the rules it names must meet as well. */
export interface SigmaFilter {
  readonly id: string;
  readonly name: string | undefined;
  readonly title: string;
  readonly place: Place;
  readonly logsource: ReadonlyMap<string, unknown>;
  readonly rules: readonly RuleReference[] | 'any';
  readonly detection: Detection;
}

/** Names of a document that has problems, so that who refers to it is told so. */
export interface RefusedDocument {
  readonly names: readonly string[];
}

/** One file. `problems` are all that can be known without the other files. */
export interface ParsedSigma {
  readonly rules: readonly SigmaRule[];
  readonly correlations: readonly SigmaCorrelation[];
  readonly filters: readonly SigmaFilter[];
  readonly refused: readonly RefusedDocument[];
  readonly problems: readonly Problem[];
}
