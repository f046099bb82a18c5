import { faultOf, messageOf, TrailhiveError } from '../domain/errors.ts';
import { hashOf } from '../domain/hash.ts';
import type { PlaybookSubject, StepOutcome, StepResult } from '../domain/playbook.ts';
import type { CaseDesk, HttpClient, Journal, Log, Metrics, RunStore } from '../domain/ports.ts';
import type { Templates } from '../language/liquid.ts';
import { printable } from '../language/printable.ts';
import type { ActionResult, PlaybookAction } from './action.ts';
import type { Playbook, PlaybookStep } from './playbook.ts';
import { misfitOf, renderParams } from './render-params.ts';
import { scopeOf } from './scope.ts';

export interface RunPlaybookDeps {
  readonly actions: readonly PlaybookAction[];
  readonly runs: RunStore;
  readonly desk: CaseDesk;
  readonly http: HttpClient;
  readonly journal: Journal;
  readonly templates: Templates;
  /** By name, in small letters. They reach `http.post` and nothing else. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly now: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface RunOptions {
  /** Nobody will try again: a passing failure is recorded as the step's failure. */
  readonly isLastTry?: boolean;
}

export type RunPlaybook = (
  playbook: Playbook,
  subject: PlaybookSubject,
  options?: RunOptions,
) => Promise<readonly StepResult[]>;

/** Names a run: an alert runs each version of a playbook once. */
export function runIdOf(playbook: Playbook, fingerprint: string): string {
  return hashOf(['playbook-run', playbook.name, playbook.version, fingerprint]);
}

/** Names a step's effect in the outside, whatever is repeated. */
export function stepKeyOf(playbook: Playbook, stepId: string, fingerprint: string): string {
  return hashOf(['playbook-step', playbook.name, playbook.version, stepId, fingerprint]);
}

/**
 * Builds the runner. It runs the steps in order and stores the result of each (in
 * the journal, then in the run store) before it begins the next; a run that was
 * cut off goes on after its last result, and the step in between is repeated
 * under its old idempotency key. So every effect is there once.
 *
 * A passing failure (`retryable`) throws, for the job to come back; any other is
 * the step's result, and the later steps are skipped, but for those whose
 * condition reads the outcome of a step.
 */
export function createRunPlaybook(deps: RunPlaybookDeps): RunPlaybook {
  return async (playbook, subject, options = {}) => {
    const runId = runIdOf(playbook, subject.alert.fingerprint);
    const state = await deps.runs.begin(runId, deps.now());
    const results: StepResult[] = [];
    for (const step of playbook.steps) {
      const known = await deps.runs.result(runId, step.id);
      if (known === undefined && state === 'finished') continue;
      results.push(known ?? (await takeStep(deps, { playbook, step, subject, results, runId, options })));
    }
    if (state !== 'finished') await deps.runs.finish(runId, deps.now());
    return results;
  };
}

interface StepTurn {
  readonly playbook: Playbook;
  readonly step: PlaybookStep;
  readonly subject: PlaybookSubject;
  /** Of the steps before it. */
  readonly results: readonly StepResult[];
  readonly runId: string;
  readonly options: RunOptions;
}

async function takeStep(deps: RunPlaybookDeps, turn: StepTurn): Promise<StepResult> {
  const { playbook, step, runId } = turn;
  const at = deps.now();
  const { outcome, summary, data } = await outcomeOf(deps, turn, at);
  const result: StepResult = {
    stepId: step.id,
    action: step.do,
    outcome,
    summary: printable(summary).slice(0, 500),
    data,
    at,
  };
  await deps.journal.append([{ kind: 'step', at, runId, result }]);
  await deps.runs.record(runId, result);
  deps.metrics.count('playbook_steps', { playbook: playbook.name, action: step.do, outcome });
  deps.log.info({ playbook: playbook.name, step: step.id, runId, outcome }, 'playbook step taken');
  return result;
}

type Outcome = ActionResult & { readonly outcome: StepOutcome };

async function outcomeOf(deps: RunPlaybookDeps, turn: StepTurn, at: number): Promise<Outcome> {
  const action = deps.actions.find(({ name }) => name === turn.step.do);
  if (action === undefined) return { outcome: 'failed', summary: `no action ${turn.step.do}`, data: {} };
  try {
    const reason = reasonToSkip(turn, action);
    if (reason !== undefined) return { outcome: 'skipped', summary: reason, data: {} };
    return await act(deps, turn, action, at);
  } catch (error) {
    if (faultOf(error) === 'retryable' && turn.options.isLastTry !== true) throw error;
    deps.log.warn(
      { step: turn.step.id, runId: turn.runId, reason: messageOf(error) },
      'playbook step failed',
    );
    return { outcome: 'failed', summary: messageOf(error), data: {} };
  }
}

function reasonToSkip({ step, subject, results }: StepTurn, action: PlaybookAction): string | undefined {
  const hasFailed = results.some(({ outcome }) => outcome === 'failed');
  if (hasFailed && !readsOutcome(step)) return 'an earlier step failed';
  if (step.if?.holds(scopeOf(subject, results)) === false) return 'its condition does not hold';
  return action.needsCase && subject.caseId === undefined ? 'the alert has no case' : undefined;
}

function readsOutcome(step: PlaybookStep): boolean {
  return step.if?.paths.some(([root, , fact]) => root === 'steps' && fact === 'outcome') ?? false;
}

async function act(
  deps: RunPlaybookDeps,
  { playbook, step, subject, results }: StepTurn,
  action: PlaybookAction,
  at: number,
): Promise<Outcome> {
  const scope = scopeOf(subject, results);
  const render = (secrets: object) => renderParams(action, step.with, { ...scope, secrets }, deps.templates);
  const shown = render(maskedSecrets(playbook));
  const misfit = misfitOf(action, shown);
  if (misfit !== undefined) throw new TrailhiveError('permanent', `the step's values do not fit: ${misfit}`);
  if (playbook.mode === 'simulate') {
    return { outcome: 'simulated', summary: action.simulate(shown, subject), data: {} };
  }
  const params = action.takesSecrets ? render(secretsOf(playbook, deps.secrets)) : shown;
  // Said without the values: they hold secrets.
  if (misfitOf(action, params) !== undefined) {
    throw new TrailhiveError('permanent', `the step's values do not fit with the secrets filled in`);
  }
  const idempotencyKey = stepKeyOf(playbook, step.id, subject.alert.fingerprint);
  const { desk, http } = deps;
  const result = await action.run(subject, params, { desk, http, idempotencyKey, at });
  return { outcome: 'done', ...result };
}

/** What errors and simulations show in a secret's place. */
function maskedSecrets(playbook: Playbook): object {
  return Object.fromEntries(playbook.secrets.map((name) => [name, '***']));
}

function secretsOf(playbook: Playbook, secrets: ReadonlyMap<string, string>): object {
  return Object.fromEntries(
    playbook.secrets.map((name) => {
      const value = secrets.get(name);
      if (value === undefined) throw new TrailhiveError('config', `the secret "${name}" is not set`);
      return [name, value];
    }),
  );
}
