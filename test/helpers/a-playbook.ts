import type { JournalEntry } from '../../src/domain/journal.ts';
import type { PlaybookSubject } from '../../src/domain/playbook.ts';
import type { HttpClient, Journal, Log, Metrics } from '../../src/domain/ports.ts';
import { createTemplates } from '../../src/language/liquid.ts';
import { parsePlaybook } from '../../src/playbook/parse.ts';
import type { ParseOptions } from '../../src/playbook/parse-step.ts';
import type { Playbook } from '../../src/playbook/playbook.ts';
import { actions } from '../../src/playbook/registry.ts';
import type { RunPlaybookDeps } from '../../src/playbook/run.ts';
import { anAlert } from './an-alert.ts';

export const playbookOptions: ParseOptions = {
  actions,
  templates: createTemplates(),
  secretNames: ['soc_token'],
  allowedHosts: ['hooks.example.com'],
};

/** A playbook from its text; a wrong one fails the test with its problems. */
export function aPlaybook(text: string, options: Partial<ParseOptions> = {}): Playbook {
  const name = /^playbook: (\S+)/m.exec(text)?.[1] ?? 'none';
  const parsed = parsePlaybook(text, `${name}.yml`, { ...playbookOptions, ...options });
  if (parsed.playbook === undefined) throw new Error(JSON.stringify(parsed.problems, null, 1));
  return parsed.playbook;
}

export function aSubject(overrides: Partial<PlaybookSubject> = {}): PlaybookSubject {
  return { alert: anAlert(), alertId: '~1', caseId: '~2', ...overrides };
}

/** Everything that a run needs besides store and desk, and what it left there. */
export function aRunRoom(): Omit<RunPlaybookDeps, 'runs' | 'desk'> & {
  readonly entries: JournalEntry[];
  readonly logged: string[];
  readonly posts: Parameters<HttpClient['post']>[0][];
} {
  const entries: JournalEntry[] = [];
  const logged: string[] = [];
  const posts: Parameters<HttpClient['post']>[0][] = [];
  const note = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const metrics: Metrics = { count: () => undefined, observe: () => undefined, gauge: () => undefined };
  const journal: Journal = {
    append: async (added) => void entries.push(...added),
    async *read() {
      yield* entries;
    },
  };
  const http: HttpClient = {
    async post(request) {
      posts.push(request);
      return { status: 202 };
    },
  };
  let time = 1000;
  return {
    actions,
    templates: playbookOptions.templates,
    secrets: new Map([['soc_token', 'hunter2-token']]),
    now: () => time++,
    ...{ log, metrics, journal, http, entries, logged, posts },
  };
}
