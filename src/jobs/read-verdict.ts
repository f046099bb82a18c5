import type { Alert } from '../domain/alert.ts';
import { hashOf } from '../domain/hash.ts';
import type {
  AlertStore,
  CaseDesk,
  DeskPlace,
  Journal,
  Locks,
  Log,
  Metrics,
  Notes,
  SuppressionStore,
  WorkQueue,
} from '../domain/ports.ts';
import type { Suppression, Verdict } from '../domain/suppression.ts';
import { applyVerdict, promoteDue, type VerdictOutcome } from '../pipeline/suppress/from-verdict.ts';
import type { SuppressionProfile } from '../pipeline/suppress/profiles.ts';
import { describeNoSuppression, describeSuppression } from '../pipeline/suppress/verdict-comment.ts';

export interface ReadVerdictDeps {
  readonly desk: Pick<CaseDesk, 'readVerdict' | 'addComment' | 'ownLogin'>;
  readonly alerts: Pick<AlertStore, 'read'>;
  readonly suppressions: SuppressionStore;
  readonly journal: Pick<Journal, 'append'>;
  /** Remembers which comments are written, so that a look without news asks TheHive once. */
  readonly notes?: Pick<Notes, 'get' | 'set'>;
  /** Keeps two verdicts from writing one suppression at the same time; without it, run them one by one. */
  readonly locks?: Locks;
  readonly metrics: Pick<Metrics, 'count'>;
  readonly log: Pick<Log, 'info'>;
  readonly now: () => number;
  readonly profile: SuppressionProfile;
}

const LOCK = 'suppressions';

/**
 * Builds the job: reads an alert or case again, applies the judgement it stands
 * for, and says in a comment on it what that left behind.
 *
 * The place is a hint and believed only as far as TheHive confirms it. May run
 * any number of times: each change is in the journal before the store has it, and
 * comments carry markers, so a run that died is completed by the next. A judgement
 * by trailhive's own login never speaks for a suppression, but it may revoke one.
 */
export function createReadVerdict(deps: ReadVerdictDeps): (place: DeskPlace) => Promise<void> {
  return async (place) => {
    const verdict = await deps.desk.readVerdict(place);
    if (verdict === undefined) return;
    const isOwn = verdict.by === (await deps.desk.ownLogin());
    if (isOwn && verdict.kind !== 'open' && verdict.kind !== 'true-positive') {
      deps.metrics.count('verdicts_ignored', { reason: 'own-login' });
      return;
    }
    deps.metrics.count('verdicts_read', { kind: verdict.kind });
    const { alerts, missing } = await readAlerts(deps, verdict.fingerprints);
    if (missing > 0) deps.metrics.count('verdicts_without_alert', {}, missing);
    const outcome = await underLock(deps, () => apply(deps, verdict, alerts));
    if (outcome.put.length > 0) deps.log.info({ place, why: outcome.why }, 'verdict applied');
    await comment(deps, verdict, outcome);
  };
}

/** Builds the scheduled job that ends the time in shadow, and says so where the verdicts were given. */
export function createPromoteSuppressions(
  deps: Omit<ReadVerdictDeps, 'alerts'>,
): () => Promise<readonly Suppression[]> {
  return async () => {
    const promoted = await underLock(deps, async () => {
      const due = promoteDue(await deps.suppressions.list(), deps.now(), deps.profile);
      await store(deps, due, 'Its time in shadow is over.');
      return due;
    });
    for (const suppression of promoted) {
      const subjects = new Map(suppression.evidence.map(({ subject }) => [JSON.stringify(subject), subject]));
      for (const subject of subjects.values()) await saySuppression(deps, subject, suppression);
    }
    return promoted;
  };
}

export interface PollVerdictsDeps {
  readonly desk: Pick<CaseDesk, 'changedSince'>;
  readonly notes: Pick<Notes, 'get' | 'set'>;
  readonly queue: Pick<WorkQueue, 'addVerdictHints'>;
  readonly now: () => number;
  /** How far behind the cursor each poll begins: TheHive's index lags, and clocks differ. */
  readonly overlapMs: number;
  /** Where the first poll begins, before now. */
  readonly lookBackMs: number;
}

const CURSOR = 'verdicts:cursor';
const PAGE = 100;

/**
 * Builds the safety net below the webhook: what changed since the last poll, with
 * some overlap, is queued to be read again. Returns how many hints it queued. The
 * cursor moves when they are queued, so nothing is passed over by a crash.
 */
export function createPollVerdicts(deps: PollVerdictsDeps): () => Promise<number> {
  return async () => {
    const cursor = Number((await deps.notes.get(CURSOR)) ?? deps.now() - deps.lookBackMs);
    let since = cursor - deps.overlapMs;
    let limit = PAGE;
    let queued = 0;
    for (;;) {
      const changed = await deps.desk.changedSince(since, limit);
      await deps.queue.addVerdictHints(
        changed.map(({ place, updatedAt }) => ({
          ...place,
          hintId: hashOf(['poll', place.kind, place.id, updatedAt]),
        })),
      );
      queued += changed.length;
      const last = changed.at(-1)?.updatedAt ?? since;
      await deps.notes.set(CURSOR, String(Math.max(cursor, last)));
      if (changed.length < limit) return queued;
      // A page of one instant cannot be told from the next by time: ask for a larger one.
      limit = last > since ? PAGE : limit * 2;
      since = last;
    }
  };
}

async function readAlerts(
  { alerts }: ReadVerdictDeps,
  fingerprints: readonly string[],
): Promise<{ alerts: Alert[]; missing: number }> {
  const stored = await Promise.all([...new Set(fingerprints)].sort().map((each) => alerts.read(each)));
  const found = stored.flatMap((each) => each?.alert ?? []);
  return { alerts: found, missing: stored.length - found.length };
}

async function underLock<T>({ locks }: Pick<ReadVerdictDeps, 'locks'>, work: () => Promise<T>): Promise<T> {
  return locks === undefined ? await work() : await locks.withLock(LOCK, work);
}

interface Applied extends VerdictOutcome {
  /** All suppressions that rest on the subject, as they are now. */
  readonly resting: readonly Suppression[];
}

async function apply(deps: ReadVerdictDeps, verdict: Verdict, alerts: readonly Alert[]): Promise<Applied> {
  const existing = await deps.suppressions.list();
  const outcome = applyVerdict(verdict, alerts, existing, deps.profile, deps.now());
  await store(deps, outcome.put, outcome.why.join(' '));
  const after = new Map([...existing, ...outcome.put].map((each) => [each.id, each]));
  const changed = new Set(outcome.put.map(({ id }) => id));
  const resting = [...after.values()].filter(
    ({ id, evidence }) => changed.has(id) || restsOn(evidence, verdict),
  );
  return { ...outcome, resting };
}

function restsOn(evidence: Suppression['evidence'], { subject }: Verdict): boolean {
  return evidence.some((each) => each.subject.kind === subject.kind && each.subject.id === subject.id);
}

/** The journal first: what is in force must never be unknown to it. */
async function store(
  {
    suppressions,
    journal,
    metrics,
    now,
  }: Pick<ReadVerdictDeps, 'suppressions' | 'journal' | 'metrics' | 'now'>,
  put: readonly Suppression[],
  why: string,
): Promise<void> {
  if (put.length === 0) return;
  const at = now();
  await journal.append(put.map((suppression) => ({ kind: 'suppression', at, suppression, why })));
  for (const suppression of put) {
    await suppressions.put(suppression);
    metrics.count('suppression_changes', { state: suppression.state });
  }
}

type SayDeps = Pick<ReadVerdictDeps, 'notes'> & { readonly desk: Pick<CaseDesk, 'addComment'> };

async function comment(deps: SayDeps, verdict: Verdict, { resting, why }: Applied): Promise<void> {
  for (const suppression of resting) await saySuppression(deps, verdict.subject, suppression);
  const proposes = verdict.kind === 'false-positive' || verdict.kind === 'benign-true-positive';
  if (resting.length > 0 || !proposes || why.length === 0) return;
  await say(deps, verdict.subject, `no-suppression-${hashOf([...why])}`, describeNoSuppression(why));
}

/** One comment for each state that a life of the suppression enters. */
async function saySuppression(deps: SayDeps, place: DeskPlace, suppression: Suppression): Promise<void> {
  const { id, createdAt, state } = suppression;
  await say(deps, place, `suppression-${id}-${createdAt}-${state}`, describeSuppression(suppression));
}

async function say(deps: SayDeps, { kind, id }: DeskPlace, marker: string, text: string): Promise<void> {
  const note = `said:${kind}:${id}:${marker}`;
  if ((await deps.notes?.get(note)) !== undefined) return;
  await deps.desk.addComment({ kind, id }, marker, text);
  await deps.notes?.set(note, '1');
}
