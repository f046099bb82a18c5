import type { RuleInfo } from '../../domain/finding.ts';
import type { Problem } from '../../domain/problem.ts';
import type { MatchSubject } from './field-value.ts';
import type { BaselineTerms, HeartbeatTerms, RuleExtension } from './rule-extensions.ts';
import type { SigmaCorrelation, SigmaRule } from './sigma-rule.ts';

/** A rule that does not alert on its events, but on what is new among them or that they stop. */
export interface Watch<Terms extends RuleExtension> {
  readonly info: RuleInfo;
  readonly terms: Terms;
  /** Folded event names outside of which it cannot match; undefined: any. */
  readonly eventNames: readonly string[] | undefined;
  matches(subject: MatchSubject): boolean;
}

type Compiled = Omit<Watch<RuleExtension>, 'terms'>;

/** The compiled rules that have an extension, by its kind, and the ids of both. */
export function watchesOf(
  rules: readonly SigmaRule[],
  compiled: ReadonlyMap<string, Compiled>,
): {
  readonly baselines: readonly Watch<BaselineTerms>[];
  readonly heartbeats: readonly Watch<HeartbeatTerms>[];
  readonly extended: ReadonlySet<string>;
} {
  const baselines: Watch<BaselineTerms>[] = [];
  const heartbeats: Watch<HeartbeatTerms>[] = [];
  for (const { id, extension } of rules) {
    const rule = compiled.get(id);
    if (rule === undefined || extension === undefined) continue;
    if (extension.kind === 'baseline') baselines.push({ ...rule, terms: extension });
    else heartbeats.push({ ...rule, terms: extension });
  }
  const extended = new Set([...baselines, ...heartbeats].map(({ info }) => info.id));
  return { baselines, heartbeats, extended };
}

/** A correlation over what is new or silent is not supported: it is refused, and says so at the reference. */
export function withoutWatched(
  correlations: readonly SigmaCorrelation[],
  rules: readonly SigmaRule[],
  problems: Problem[],
): readonly SigmaCorrelation[] {
  const names = new Map(
    rules.flatMap(({ id, name, title, extension }) =>
      extension === undefined ? [] : [id, name ?? id, title].map((text) => [text, extension.kind] as const),
    ),
  );
  return correlations.filter(({ rules: references, place }) => {
    const watched = references.filter(({ text }) => names.has(text));
    for (const { text, line } of watched) {
      const message = `"${text}" is a ${names.get(text)}, and correlations of those are not supported. Name plain rules.`;
      problems.push({ file: place.file, line, message });
    }
    return watched.length === 0;
  });
}
