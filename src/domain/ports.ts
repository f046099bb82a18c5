/**
 * What the middle of trailhive needs from outside, in its own words. Adapters
 * implement these; only `app.ts` knows which adapter stands behind which port.
 * Everything that waits takes its time as an argument; nothing reads a clock.
 */
import type { Alert, Delivered, SeenObservable, StoredAlert } from './alert.ts';
import type { BaselineAnswer, BaselineSighting } from './baseline.ts';
import type { Batch, BatchRef } from './batch.ts';
import type { Evidence, Member } from './finding.ts';
import type { Beat, HeartbeatGroup, QueueClock, QuietGroup, Silence } from './heartbeat.ts';
import type { Incident, IncidentCase, IncidentNode } from './incident.ts';
import type { DeadLetter, JournalEntry } from './journal.ts';
import type { LineageAdded, LineageLink, ResolvedLineage } from './lineage.ts';
import type { News } from './news.ts';
import type { StepResult } from './playbook.ts';
import type { Suppression, Verdict } from './suppression.ts';
import type { BaselineMemory, HeartbeatMemory } from './watch-memory.ts';

/* ---------------------------------------------------------------- ingest */

/** One message from a queue, read. */
export interface Delivery {
  /** The queue's own id of the message: stable over re-deliveries. */
  readonly messageId: string;
  /** What the queue wants back to delete or extend; new at every receive. */
  readonly handle: string;
  readonly receivedAt: number;
  readonly refs: readonly BatchRef[];
  /** What the message named and trailhive passes over, by reason: `digest`, `insight`, `prefix`, `test-event`. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Set where the message could not be understood: it goes to the dead letters after `attempts` receives. */
  readonly problem?: { readonly reason: string; readonly excerpt: string };
  /** How often the queue has handed it out, this time included. */
  readonly attempts: number;
}

/** A queue that names objects. */
export interface MessageSource {
  readonly name: string;
  /** Waits (long poll) for at most ten messages. Returns early with what it has when `signal` aborts. */
  receive(signal: AbortSignal): Promise<readonly Delivery[]>;
  delete(handles: readonly string[]): Promise<void>;
  /** Hides the messages for `seconds` from now. */
  extend(handles: readonly string[], seconds: number): Promise<void>;
}

/** Reads the bytes behind a ref. Throws `input` (too large, gone) or `retryable`. */
export interface BatchReader {
  read(ref: BatchRef): Promise<Batch>;
}

/** A message and what it still waits for. */
export interface Receipt {
  readonly queue: string;
  readonly messageId: string;
  readonly handle: string;
  readonly receivedAt: number;
}

/**
 * Joins messages, the refs they name and the alert revisions these caused, many
 * to many. A message may be deleted when every ref is settled; a ref is settled
 * when its stages are done and each revision it caused is accepted.
 */
export interface ReceiptStore {
  /** Notes a message. Received again: the new handle replaces the old one, what was settled stays settled. */
  open(receipt: Receipt, refIds: readonly string[]): Promise<void>;
  /** The ref's stages are done and these revisions wait for TheHive (none: the ref is settled). */
  stagesDone(refId: string, revisions: readonly { fingerprint: string; revision: number }[]): Promise<void>;
  /** TheHive (or the journal) has this alert up to and including `revision`. */
  accepted(fingerprint: string, revision: number): Promise<void>;
  /** Messages of a queue with nothing left to wait for; they stay listed until `close`. */
  settled(queue: string): Promise<readonly Receipt[]>;
  /** Messages of a queue that still wait. */
  waiting(queue: string): Promise<readonly Receipt[]>;
  /** The revisions that a message waits for: what goes to the journal when it waited too long. */
  waitsFor(queue: string, messageId: string): Promise<readonly { fingerprint: string; revision: number }[]>;
  /** Forgets a message (it was deleted, or came back under another handle and is settled). */
  close(queue: string, messageId: string): Promise<void>;
}

/** The work queues. Adding the same job again while it waits or runs changes nothing. */
export interface WorkQueue {
  addBatches(refs: readonly BatchRef[]): Promise<void>;
  /** Lower rank runs first: `4 - severityRank`. */
  addDeliveries(items: readonly { fingerprint: string; revision: number; rank: number }[]): Promise<void>;
  addPlaybookRuns(
    items: readonly { playbook: string; version: number; fingerprint: string }[],
  ): Promise<void>;
  addVerdictHints(items: readonly { kind: 'alert' | 'case'; id: string; hintId: string }[]): Promise<void>;
  /** Batches that wait or run. */
  backlog(): Promise<number>;
}

/* ---------------------------------------------------------------- stages */

/** A member of a window: an event under a rule, with the value that the correlation looks at. */
export interface WindowMember extends Member {
  /** The rule that matched, or the correlation that fired, on the event. */
  readonly ruleId: string;
  readonly value?: string;
  readonly evidence: Evidence;
  /**
   * Where the correlation feeds others: what these take from the event should it fire,
   * by `carriedName` of (outer correlation, inner one). The record is gone by then.
   */
  readonly carried?: Readonly<Record<string, CarriedGroup>>;
}

export interface CarriedGroup {
  readonly group: Readonly<Record<string, string>>;
  readonly value?: string;
}

/** Names one correlation's group, and how it is kept. */
export interface WindowGroup {
  /** Id of the correlation rule. */
  readonly ruleId: string;
  /** Hash of the group's values. */
  readonly group: string;
  /** The rule's timespan, ms. */
  readonly spanMs: number;
}

export interface WindowAdd extends WindowGroup {
  readonly members: readonly WindowMember[];
  /** How long the group is kept after this write, ms (span + lateness). */
  readonly keepMs: number;
  /**
   * The condition holds from so many members, or different values, in a window.
   * A store that counts itself leaves out members that are in no firing window.
   */
  readonly count?: { readonly of: 'members' | 'values'; readonly atLeast: number };
  /** Decided later: nothing is returned, and each added time is due `afterMs` after itself. */
  readonly settle?: { readonly afterMs: number; readonly values: Readonly<Record<string, string>> };
}

export interface WindowFound {
  /** Sorted by time, key and rule. */
  readonly members: readonly WindowMember[];
  /**
   * Groups of the rule were dropped because there were too many; the newest event of
   * them. Windows that reach back to it may lack members.
   */
  readonly lostUntil?: number;
}

/** A time of a group at which windows may be decided. */
export interface DueWindow {
  readonly ruleId: string;
  readonly group: string;
  readonly values: Readonly<Record<string, string>>;
  /** Event time of the members whose windows are due. */
  readonly time: number;
  /** What `decided` needs to know the claim again. */
  readonly claim: string;
}

/**
 * The members of each correlation group, as a set by (rule, key) ordered by
 * event time. Adding again changes nothing.
 *
 * A rule has a bounded number of groups: beyond it the group whose newest event is
 * oldest, then by key, is dropped.
 */
export interface WindowStore {
  /**
   * Adds the members of each group, then returns for each group, in order, every
   * member with time in [earliest added − span, latest added + span].
   */
  add(groups: readonly WindowAdd[]): Promise<readonly WindowFound[]>;
  /** Members of a group with time in [from, to]. */
  read(
    ranges: readonly (WindowGroup & { readonly from: number; readonly to: number })[],
  ): Promise<readonly WindowFound[]>;
  /**
   * The earliest `limit` windows that are due by `now` (epoch ms), and less than
   * `withinMs` after the first of them. They stay due until they are `decided`.
   */
  due(
    now: number,
    options: { readonly limit: number; readonly withinMs: number },
  ): Promise<readonly DueWindow[]>;
  /** They are done with, unless events were added to them, or somebody else asked for them, since. */
  decided(windows: readonly DueWindow[]): Promise<void>;
}

/**
 * Which values the groups of baseline rules showed, and when: runs, so that adding
 * again or in another order changes nothing. A group or value beyond the bounds is
 * refused, unless one that was not seen for as long as the rule remembers makes room.
 */
export interface BaselineStore {
  /** Adds all sightings, then answers for each, in order. */
  add(sightings: readonly BaselineSighting[]): Promise<readonly (BaselineAnswer | undefined)[]>;
  /** What is known of the groups of a rule that remembers for `memoryMs`, newest first. */
  recall(ruleId: string, memoryMs: number): AsyncIterable<BaselineMemory>;
  /** Adds what was known before to what is known now; the same again changes nothing. */
  restore(groups: readonly BaselineMemory[]): Promise<void>;
}

/**
 * When the groups of heartbeat rules showed events: a set of five-minute slots,
 * with first and last event. Beating again changes nothing. Groups beyond
 * `HEARTBEAT_GROUPS` a rule are refused: forgetting a silent one would hide it.
 */
export interface HeartbeatStore {
  /**
   * Notes events, and returns the groups whose silence ends with one of them, `silence.end` set:
   * again where the same events come again.
   */
  beat(
    beats: readonly Beat[],
  ): Promise<{ readonly returned: readonly HeartbeatGroup[]; readonly refused: number }>;
  /** Notes a batch of a queue: when it was delivered, and whether it held events. */
  noteDelivery(queue: string, deliveredAt: number, hasEvents: boolean): Promise<void>;
  /** Notes that a queue answered, at `at`, that nothing is in it. */
  noteIdle(queue: string, at: number): Promise<void>;
  clocks(): Promise<ReadonlyMap<string, QueueClock>>;
  /** Groups of a rule without an event at or after `before`, longest quiet first; none whose silence is told. */
  quiet(ruleId: string, before: number, limit: number): Promise<readonly QuietGroup[]>;
  /** Opens a silence that starts with the group's last event. False: another event has come. */
  fallSilent(ruleId: string, group: string, silence: Silence): Promise<boolean>;
  /** The alert of the silence that starts at `start` is safe. */
  markTold(ruleId: string, group: string, start: number): Promise<void>;
  /** What is known of the groups of a rule, newest first. */
  recall(ruleId: string): AsyncIterable<HeartbeatMemory>;
  /** Puts groups back; of a group that is known again already, its rhythm. The same again changes nothing. */
  restore(groups: readonly HeartbeatMemory[]): Promise<void>;
}

/** Alerts by fingerprint, with the exact set of their events. */
export interface AlertStore {
  read(fingerprint: string): Promise<StoredAlert | undefined>;
  /** Adds events to the alert's set and returns the set's size, first and last time. */
  addMembers(
    fingerprint: string,
    members: readonly Member[],
  ): Promise<{ count: number; firstSeen: number; lastSeen: number }>;
  /**
   * Writes the content as the next revision if the stored revision is still
   * `expected` (0: nothing stored). False: somebody else wrote; read again.
   */
  write(alert: Alert, expected: number): Promise<boolean>;
  /** Notes what TheHive has. Never lowers the delivered revision. */
  recordDelivery(fingerprint: string, delivered: Delivered): Promise<void>;
  /** Alerts whose revision TheHive does not have yet. */
  undelivered(limit: number): Promise<readonly StoredAlert[]>;
}

/** Unions of actor lineage within a gap: the same links in any order give the same incidents. */
export interface IncidentStore {
  /** Notes the alert's place (first and last only widen, lineage only grows) and returns its incident. */
  link(node: IncidentNode, gapMs: number): Promise<Incident>;
  of(fingerprint: string): Promise<Incident | undefined>;
  /** Fingerprints of the alerts that carry one of the lineage keys. Sorted. */
  carrying(keys: readonly string[]): Promise<readonly string[]>;
  addCase(fingerprint: string, incidentCase: IncidentCase): Promise<void>;
  removeCase(fingerprint: string, caseId: string): Promise<void>;
}

/**
 * Who works for whom, as events said it. A set of links: adding again changes
 * nothing, and their order matters only to what was resolved before a bound cut.
 */
export interface LineageStore {
  add(links: readonly LineageLink[]): Promise<LineageAdded>;
  /** For each set of identities, in order: these and all that they work for. */
  resolve(sets: readonly (readonly string[])[]): Promise<readonly ResolvedLineage[]>;
}

export interface SuppressionStore {
  list(): Promise<readonly Suppression[]>;
  put(suppression: Suppression): Promise<void>;
  /** Counts findings that it hid or would have hidden; the same finding counts once. */
  countHits(id: string, findingIds: readonly string[]): Promise<number>;
}

/* ------------------------------------------------------------ durability */

/** The durable append of what Redis may lose and neither SQS nor TheHive holds. */
export interface Journal {
  /** Resolves when the entries are on stable storage. */
  append(entries: readonly JournalEntry[]): Promise<void>;
  /** All entries at or after `since` (epoch ms), oldest first. An unreadable line is passed over and counted. */
  read(since: number): AsyncIterable<JournalEntry>;
}

export interface DeadLetterStore {
  /** Adds, or raises tries and last time of one that is there. */
  put(deadLetter: DeadLetter): Promise<void>;
  list(limit: number): Promise<readonly DeadLetter[]>;
  remove(id: string): Promise<void>;
}

/** Mutual exclusion over processes; a holder that dies loses it after a while. */
export interface Locks {
  /** Runs `work` alone under `name`. Throws `retryable` if the lock stays taken. */
  withLock<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Small facts that outlive a process: cursors, counts shown to people, what was said already. */
export interface Notes {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  increment(name: string, by: number): Promise<number>;
  counts(prefix: string): Promise<Readonly<Record<string, number>>>;
}

/* --------------------------------------------------------------- TheHive */

export interface DeskAlert {
  readonly id: string;
  readonly fingerprint: string;
  readonly caseId?: string;
  readonly status: string;
  readonly stage: string;
  readonly severity: number;
  readonly summary: string;
  readonly updatedAt?: number;
  readonly updatedBy?: string;
  readonly tags: readonly string[];
}

export interface DeskCase {
  readonly id: string;
  readonly number: number;
  readonly status: string;
  readonly stage: string;
  readonly title: string;
  readonly severity: number;
  readonly summary: string;
  readonly updatedAt?: number;
  readonly updatedBy?: string;
  readonly tags: readonly string[];
  /** Did a person other than trailhive change it, comment in it or work its tasks? */
  readonly touched: boolean;
}

/** An alert or case as a place to write to. */
export interface DeskPlace {
  readonly kind: 'alert' | 'case';
  readonly id: string;
}

/**
 * TheHive as the jobs need it. Every call may be repeated safely: what is there
 * already counts as done. Throws `retryable`, `permanent` or `config`.
 */
export interface CaseDesk {
  /** Login of trailhive's own account: what it did itself is no verdict. */
  ownLogin(): Promise<string>;
  /** Exact look-up by `type;source;sourceRef`, never a search. */
  findAlert(alert: Alert): Promise<DeskAlert | undefined>;
  /** Creates with observables and procedures; what the server refuses degrades to tags and `other`. */
  createAlert(alert: Alert): Promise<DeskAlert>;
  /** Severity (only up), our tags and our custom fields. What a person closed is left as it is. */
  updateAlert(id: string, alert: Alert): Promise<void>;
  readAlert(id: string): Promise<DeskAlert | undefined>;
  readCase(id: string): Promise<DeskCase | undefined>;
  /** Opens a case from an alert: by case template, or with our own tasks where it is missing. */
  promote(alertId: string, alert: Alert): Promise<DeskCase>;
  /** Puts an alert into a case, its observables and procedures with it. */
  importAlert(alertId: string, caseId: string): Promise<void>;
  /** Severity (only up), our tags, our custom fields and our page of the case; of a closed one, only our page. */
  updateCase(caseId: string, alerts: readonly Alert[]): Promise<void>;
  addObservables(place: DeskPlace, observables: readonly SeenObservable[]): Promise<void>;
  addProcedures(place: DeskPlace, alert: Alert): Promise<void>;
  /** `marker` names the comment: one with the same marker is not written again. */
  addComment(place: DeskPlace, marker: string, text: string): Promise<void>;
  addTask(
    caseId: string,
    marker: string,
    task: { title: string; group: string; description: string },
  ): Promise<void>;
  /** Moves every alert of `from` to `to` and closes `from` as a duplicate of it. */
  foldCase(from: DeskCase, to: DeskCase): Promise<void>;
  /** Fingerprints of trailhive's alerts in a case. */
  alertsOfCase(caseId: string): Promise<readonly string[]>;
  /** Alerts and cases changed at or after `since` (epoch ms), oldest first. */
  changedSince(since: number, limit: number): Promise<readonly { place: DeskPlace; updatedAt: number }[]>;
  /** The judgement that an alert or case stands for now; undefined: gone, or none of ours. */
  readVerdict(place: DeskPlace): Promise<Verdict | undefined>;
}

/** What the delivery of alerts asks of TheHive beyond `CaseDesk`. Repeatable as well. */
export interface NewsDesk {
  /** One comment with those news that no comment of the place tells yet; none left: no comment. */
  addNews(place: DeskPlace, alert: Alert, news: readonly News[]): Promise<void>;
  /** Status and stage of a case, by one read; undefined: gone. */
  caseState(caseId: string): Promise<{ status: string; stage: string; number: number } | undefined>;
}

/* -------------------------------------------------------------- playbook */

/** Which steps of which runs are done. */
export interface RunStore {
  /** True once per run id: this caller starts it. A run that was started and not finished may be resumed. */
  begin(runId: string, at: number): Promise<'new' | 'resumed' | 'finished'>;
  result(runId: string, stepId: string): Promise<StepResult | undefined>;
  record(runId: string, result: StepResult): Promise<void>;
  finish(runId: string, at: number): Promise<void>;
}

/** HTTP to the outside, for playbook actions. Only to hosts that the configuration allows. */
export interface HttpClient {
  post(request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly timeoutMs: number;
  }): Promise<{ readonly status: number }>;
}

/* ------------------------------------------------------------- operation */

/** Counts for people and Prometheus. Names are snake_case without the `trailhive_` prefix. */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void;
  observe(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
}

/** Structured log: a static message, data in fields. `error` only if a person must act. */
export interface Log {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
