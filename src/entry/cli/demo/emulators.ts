import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { packageFolder } from '../../../app/package-folder.ts';
import { TrailhiveError } from '../../../domain/errors.ts';
import type { StoryObject } from './story.ts';

/** A case as the emulated TheHive holds it: the part that the demo reads. */
export interface DeskCaseState {
  readonly _id: string;
  readonly number: number;
  readonly title: string;
  readonly severity: number;
  readonly status: string;
  readonly stage: string;
}

export interface DeskState {
  readonly cases: readonly DeskCaseState[];
  readonly alerts: readonly { readonly sourceRef: string; readonly type: string; readonly caseId?: string }[];
  readonly observables: readonly { readonly parent: { readonly kind: string; readonly id: string } }[];
}

/** The emulators of SQS, S3 and TheHive in a process of their own, spoken to over HTTP like the real ones. */
export interface Emulators {
  readonly thehive: { readonly url: string; readonly apiKey: string; readonly adminKey: string };
  readonly aws: { readonly endpoint: string; readonly region: string; readonly queueUrl: string };
  /** Writes an object as CloudTrail does, and notifies the queue. */
  deliver(object: StoryObject, at: number): Promise<void>;
  /** Messages that are not deleted yet. */
  messages(): Promise<number>;
  desk(): Promise<DeskState>;
  /** Resolves when every notification of TheHive has been sent. */
  notified(): Promise<void>;
  notify(url: string, token: string): Promise<void>;
  closeCase(number: number, verdict: { readonly status: string; readonly summary: string }): Promise<void>;
  stop(): void;
}

interface Places {
  readonly thehive: Emulators['thehive'];
  readonly aws: Emulators['aws'];
  readonly control: string;
}

const START_WITHIN_MS = 30_000;

export async function startEmulators(): Promise<Emulators> {
  const script = packageFolder('test/emulators/main.ts');
  if (!existsSync(script)) {
    throw new TrailhiveError('config', 'The demo runs in a clone of the repository only: npm run demo');
  }
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    cwd: packageFolder('.'),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill());
  const { thehive, aws, control } = await placesOf(child.stdout, () => child.exitCode);
  const emulator = `${thehive.url}/_emulator`;
  return {
    thehive,
    aws,
    deliver: (object, at) => call(`${control}/deliver`, { ...object, at }),
    messages: async () => {
      const { visible, inFlight } = await get<{ visible: number; inFlight: number }>(`${control}/queue`);
      return visible + inFlight;
    },
    desk: () => get<DeskState>(`${emulator}/state`),
    notified: async () => void (await get(`${emulator}/idle`)),
    notify: (url, token) => call(`${emulator}/webhook`, { url, token }),
    closeCase: (number, verdict) => call(`${emulator}/analyst/close-case`, { case: number, ...verdict }),
    stop: () => child.kill(),
  };
}

async function placesOf(stdout: NodeJS.ReadableStream, exitCode: () => number | null): Promise<Places> {
  const timer = setTimeout(() => stdout.emit('end'), START_WITHIN_MS);
  try {
    for await (const line of createInterface({ input: stdout })) return JSON.parse(line) as Places;
  } finally {
    clearTimeout(timer);
  }
  throw new TrailhiveError('permanent', `The emulators did not start (exit code ${exitCode()}).`);
}

async function get<T>(url: string): Promise<T> {
  return (await answered(await fetch(url))).json() as Promise<T>;
}

async function call(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await answered(await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function answered(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new TrailhiveError(
    'permanent',
    `${response.url} answered ${response.status}: ${await response.text()}`,
  );
}
