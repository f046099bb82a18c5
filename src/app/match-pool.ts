import { Worker } from 'node:worker_threads';
import type { MatchBlock } from './match-records.ts';
import type { FromMatchWorker, MatchWorkerData, ToMatchWorker } from './match-worker.ts';

export interface SizedFile {
  readonly file: string;
  readonly size: number;
  /** Bytes of all files before it. */
  readonly bytesBefore: number;
}

/** A file is worked on while the next is read. */
const TASKS_A_WORKER = 2;
/** Records die young: a larger young generation would only hold more of the dead. */
const YOUNG_MB = 12;

interface Task {
  readonly blocks: MatchBlock[];
  worker: Worker | undefined;
  isDone: boolean;
}

/**
 * Works on the files with as many threads. Blocks come in the order of the files and of
 * their records, whichever thread is faster. How much may wait for its turn is bounded.
 */
export async function matchInThreads(
  files: readonly SizedFile[],
  threads: number,
  data: MatchWorkerData,
  onBlock: (block: MatchBlock, file: SizedFile) => Promise<void>,
): Promise<void> {
  const workers = Array.from({ length: Math.min(threads, files.length) }, () => startWorker(data));
  try {
    await new Promise<void>((resolve, reject) => {
      for (const worker of workers) worker.on('error', reject);
      handOut(files, workers, onBlock).then(resolve, reject);
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

async function handOut(
  files: readonly SizedFile[],
  workers: readonly Worker[],
  onBlock: (block: MatchBlock, file: SizedFile) => Promise<void>,
): Promise<void> {
  const tasks: Task[] = files.map(() => ({ blocks: [], worker: undefined, isDone: false }));
  let next = 0;
  let wake: (() => void) | undefined;
  const assign = (worker: Worker) => {
    const task = tasks[next];
    const file = files[next];
    if (task === undefined || file === undefined) return;
    task.worker = worker;
    post(worker, { kind: 'file', task: next, file: file.file, size: file.size });
    next += 1;
  };
  for (const worker of workers) {
    worker.on('message', (message: FromMatchWorker) => {
      const task = tasks[message.task];
      if (message.kind === 'block') task?.blocks.push(message.block);
      else {
        if (task !== undefined) task.isDone = true;
        assign(worker);
      }
      wake?.();
    });
  }
  for (let round = 0; round < TASKS_A_WORKER; round += 1) workers.forEach(assign);
  for (const [at, file] of files.entries()) {
    const task = tasks[at];
    while (task !== undefined && !(task.isDone && task.blocks.length === 0)) {
      const block = task.blocks.shift();
      if (block === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else {
        if (task.worker !== undefined) post(task.worker, { kind: 'taken' });
        await onBlock(block, file);
      }
    }
  }
}

function post(worker: Worker, message: ToMatchWorker): void {
  worker.postMessage(message);
}

function startWorker(workerData: MatchWorkerData): Worker {
  const options = { workerData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } };
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./match-worker.js', import.meta.url), options);
  }
  // From the sources, as in tests, a thread needs what compiles them.
  const entry = JSON.stringify(new URL('./match-worker.ts', import.meta.url).href);
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import(${entry}); });`;
  return new Worker(code, { ...options, eval: true });
}
