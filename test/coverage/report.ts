import {
  coverageByTactic,
  rulesByTechnique,
  type TacticCoverage,
} from '../../src/language/sigma/coverage.ts';
import type { RuleSet } from '../../src/language/sigma/rule-set.ts';
import { DETECTIONS } from '../sim/routine.ts';
import type { CaseResult, LabelledSet } from './labelled.ts';
import type { ControlResult, FortnightResult, NoiseResult } from './noise.ts';
import type { StratusResult } from './stratus-techniques.ts';

/** Everything that `npm run coverage` measured. */
export interface Measured {
  readonly stratus: readonly StratusResult[];
  readonly labelled: ReadonlyMap<LabelledSet, readonly CaseResult[]>;
  readonly noise: readonly NoiseResult[];
  readonly fortnight: FortnightResult;
  readonly controls: readonly ControlResult[];
  readonly ruleSet: RuleSet;
}

/** One demand, and whether it is met. */
export interface Target {
  readonly name: string;
  readonly value: string;
  readonly demand: string;
  readonly ok: boolean;
}

const NEAR_MISSES = 50;
const MOST_ALERTS = 1;
const DETECTED = 0.95;
const SILENT = 0.98;

export function targetsOf(measured: Measured): readonly Target[] {
  const { stratus, noise, fortnight, controls } = measured;
  const detected = stratus.filter(({ detectedBy }) => detectedBy.length > 0).length;
  const whole = stratus.filter(({ ok }) => ok).length;
  const fewest = Math.min(...DETECTIONS.map((detection) => fortnight.nearMisses[detection]));
  const found = controls.filter(({ ok }) => ok).length;
  const unjudged = [...noise, fortnight]
    .flatMap(({ alerts }) => alerts)
    .filter(isLoud)
    .filter(({ judgement }) => judgement === undefined);
  return [
    target(
      'Stratus techniques detected',
      `${detected} of ${stratus.length}`,
      'all 35',
      detected === 35 && stratus.length === 35,
    ),
    target(
      '… with three variations, and silent on harmless use',
      `${whole} of ${stratus.length}`,
      'all',
      whole === stratus.length,
    ),
    ...labelledTargets(measured),
    target(
      'cases that differ and are not explained',
      String(unexplained(measured)),
      '0',
      unexplained(measured) === 0,
    ),
    ...[...noise, fortnight].map(noiseTarget),
    target('alerts on benign data that are not judged', String(unjudged.length), '0', unjudged.length === 0),
    target(
      'near misses of each of the eleven',
      `${fewest} at least`,
      `>= ${NEAR_MISSES}`,
      fewest >= NEAR_MISSES,
    ),
    target(
      'near misses that their detection took for real',
      String(fortnight.hits.length),
      '0',
      fortnight.hits.length === 0,
    ),
    target(
      'the real thing in the same company',
      `${found} of ${controls.length} found`,
      'all',
      found === controls.length,
    ),
  ];
}

function target(name: string, value: string, demand: string, ok: boolean): Target {
  return { name, value, demand, ok };
}

/** All sets together; each set is named beside, because nine cases alone can hardly be 95 %. */
function labelledTargets({ labelled }: Measured): Target[] {
  const all = [...labelled.values()].flat();
  return ([true, false] as const).map((expected) => {
    const least = expected ? DETECTED : SILENT;
    const of = all.filter((one) => one.expected === expected);
    const right = of.filter(({ ok }) => ok);
    const share = right.length / of.length;
    const alone = right.filter(({ outcome }) => outcome === 'alert').length;
    const note = expected ? `, ${alone} by an alert of their own` : '';
    const name = `labelled cases ${expected ? 'detected' : 'silent'}`;
    return target(
      name,
      `${right.length} of ${of.length} (${percent(share)})${note}`,
      `>= ${percent(least)}`,
      share >= least,
    );
  });
}

/** `trailalerts: detected 53 of 55 (47 by an alert of their own), silent 51 of 52`. */
function setLine(set: LabelledSet, cases: readonly CaseResult[]): string {
  const positive = cases.filter(({ expected }) => expected);
  const negative = cases.filter(({ expected }) => !expected);
  const detected = positive.filter(({ ok }) => ok);
  const alone = detected.filter(({ outcome }) => outcome === 'alert').length;
  const silent = negative.filter(({ ok }) => ok).length;
  return `  ${set}: detected ${detected.length} of ${positive.length} (${alone} by an alert of their own), silent ${silent} of ${negative.length}`;
}

function noiseTarget(noise: NoiseResult): Target {
  const { name, records, recordsAfterLearning, rate } = noise;
  const loud = noise.alerts.filter(isLoud).length;
  const of =
    recordsAfterLearning === 0 ? `${records} records` : `${recordsAfterLearning} records after three days`;
  return target(
    `alerts on ${name}`,
    `${loud} on ${of}: ${rate.toFixed(2)} for 10,000`,
    `<= ${MOST_ALERTS} for 10,000`,
    rate <= MOST_ALERTS,
  );
}

export function isLoud({ whileLearning }: { readonly whileLearning: boolean }): boolean {
  return !whileLearning;
}

function unexplained({ labelled }: Measured): number {
  return [...labelled.values()].flat().filter(({ ok, exception }) => !ok && exception === undefined).length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Rules that alert, by the tactics of ATT&CK that their tags name. */
export function attackTable({ ruleSet }: Pick<Measured, 'ruleSet'>): {
  readonly tactics: readonly TacticCoverage[];
  readonly rules: number;
  readonly techniques: number;
} {
  const alerting = [
    ...ruleSet.detections.filter(({ alerts }) => alerts),
    ...ruleSet.correlations.filter(({ alerts }) => alerts),
    ...(ruleSet.baselines ?? []),
    ...(ruleSet.heartbeats ?? []),
  ].map(({ info }) => info);
  return {
    tactics: coverageByTactic(alerting),
    rules: alerting.length,
    techniques: rulesByTechnique(alerting).size,
  };
}

/** The report as people read it. */
export function reportText(measured: Measured): string {
  const { tactics, rules, techniques } = attackTable(measured);
  return [
    'Stratus Red Team: techniques, and what detects them',
    ...measured.stratus.flatMap(stratusLines),
    '',
    'Cases of other projects, each record by itself, and those that differ from their label',
    ...[...measured.labelled].flatMap(([set, cases]) => [setLine(set, cases), ...differing(cases)]),
    '',
    'Alerts on benign data (those of the first three days in brackets)',
    ...[...measured.noise, measured.fortnight].flatMap(noiseLines),
    '',
    'Near misses in the fortnight, and the real thing',
    ...DETECTIONS.map((detection) => nearMissLine(detection, measured)),
    ...measured.fortnight.hits.map(
      ({ detection, why, title }) => `  ! ${detection}: "${why}" set off "${title}"`,
    ),
    '',
    `ATT&CK: ${rules} rules that alert, ${techniques} techniques`,
    ...tactics.map(
      ({ tactic, rules: count, techniques: named }) =>
        `  ${(tactic || '(no tactic)').padEnd(22)} ${String(count).padStart(3)} rules  ${named.join(' ')}`,
    ),
    '',
    'Targets',
    ...targetsOf(measured).map(
      ({ name, value, demand, ok }) =>
        `  ${ok ? 'ok    ' : 'MISSED'} ${name.padEnd(54)} ${value.padEnd(50)} ${demand}`,
    ),
    '',
  ].join('\n');
}

function stratusLines({ techniqueId, detectedBy, variations, harmless, ok }: StratusResult): string[] {
  const by = detectedBy.map(({ title }) => title).join('; ') || 'nothing';
  const bad = [
    ...variations
      .filter(({ detected }) => detected === false)
      .map(({ name, why }) => `      missed: ${name}${why === undefined ? '' : ` (${why})`}`),
    ...harmless
      .filter(({ firedBy }) => firedBy.length > 0)
      .map(({ name, firedBy }) => `      fired on harmless use: ${name}: ${firedBy.join('; ')}`),
  ];
  return [`  ${ok ? 'ok    ' : 'MISSED'} ${techniqueId.padEnd(58)} ${by}`, ...bad];
}

function differing(cases: readonly CaseResult[]): string[] {
  return cases
    .filter(({ ok }) => !ok)
    .map(({ caseId, expected, fired, fed, exception }) => {
      const what = expected
        ? `missed; fired: ${fired.join('; ') || 'nothing'}${fed.length > 0 ? `; only fed: ${fed.join('; ')}` : ''}`
        : `fired: ${fired.join('; ')}`;
      return `    ${caseId}: ${what}\n        ${exception?.trim() ?? 'NOT EXPLAINED'}`;
    });
}

function noiseLines({ name, records, alerts }: NoiseResult): string[] {
  const lines = alerts.map((alert) => {
    const what = `${alert.at.slice(0, 16)} ${alert.severity} ${alert.title} (${alert.calls.join(', ')}; ${alert.count} events) ${alert.group}`;
    return alert.whileLearning ? `    (${what})` : `    ${what}\n        ${alert.judgement ?? 'NOT JUDGED'}`;
  });
  return [`  ${name}: ${records} records, ${alerts.filter(isLoud).length} alerts`, ...lines];
}

function nearMissLine(detection: (typeof DETECTIONS)[number], { fortnight, controls }: Measured): string {
  const control = controls.find((one) => one.detection === detection);
  const found = control === undefined ? '' : control.ok ? `found: ${control.titles.join('; ')}` : 'NOT FOUND';
  return `  ${detection.padEnd(22)} ${String(fortnight.nearMisses[detection]).padStart(4)} near misses   ${found}`;
}
