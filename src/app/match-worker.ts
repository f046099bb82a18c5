/** A thread of `match`: it reads and judges files, and hands over what they gave. */
import { parentPort, workerData } from 'node:worker_threads';
import { openFile } from '../adapters/files/file-chunks.ts';
import { type ContextText, parseContext } from '../language/context.ts';
import { createRuleSet } from '../language/sigma/rule-set.ts';
import type { ParsedSigma } from '../language/sigma/sigma-rule.ts';
import { createMatchRecords, type MatchBlock } from './match-records.ts';
import { openPlaces } from './places.ts';

export interface MatchWorkerData {
  readonly parsed: readonly ParsedSigma[];
  /** The files of the context folder. */
  readonly context: readonly ContextText[];
  readonly now: number;
  readonly gate: boolean;
}

/** To the worker: a file to work on, or a block of it was taken. */
export type ToMatchWorker =
  | { readonly kind: 'file'; readonly task: number; readonly file: string; readonly size: number }
  | { readonly kind: 'taken' };

export type FromMatchWorker =
  | { readonly kind: 'block'; readonly task: number; readonly block: MatchBlock }
  | { readonly kind: 'done'; readonly task: number };

/** Blocks that may wait to be taken: more would only fill the memory. */
const MAX_WAITING = 64;

const { parsed, context, now, gate } = workerData as MatchWorkerData;
const { context: company, placeholders } = parseContext(context);
const { ruleSet } = createRuleSet(parsed, { placeholders });
const matchRecords = createMatchRecords(ruleSet, {
  company,
  places: openPlaces(),
  now,
  gate,
});

let waiting = 0;
let goOn: (() => void) | undefined;
let last: Promise<void> = Promise.resolve();

async function tell(task: number, block: MatchBlock): Promise<void> {
  parentPort?.postMessage({ kind: 'block', task, block } satisfies FromMatchWorker);
  waiting += 1;
  while (waiting >= MAX_WAITING) {
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
  }
}

parentPort?.on('message', (message: ToMatchWorker) => {
  if (message.kind === 'taken') {
    waiting -= 1;
    goOn?.();
    return;
  }
  const { task, file, size } = message;
  // All cores have a thread of this kind: inflating on yet another would only make them wait.
  const chunks = openFile(file, size, { inline: true });
  last = last.then(async () => {
    await matchRecords({ name: file, chunks }, (block) => tell(task, block));
    parentPort?.postMessage({ kind: 'done', task } satisfies FromMatchWorker);
  });
});
