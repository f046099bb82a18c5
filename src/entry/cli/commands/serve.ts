import { loadInstallation } from '../../../app/installation.ts';
import { openObservation } from '../../../app/observation.ts';
import { TrailhiveError } from '../../../domain/errors.ts';
import { describeProblem } from '../../../domain/problem.ts';
import { ROLES, type RoleName, startRoles } from '../../worker/serve.ts';
import type { ExitCode } from '../exit.ts';

export interface ServeOptions {
  readonly config: string;
  readonly role: string;
  readonly skipInvalid?: boolean;
}

/** Above what jobs are given to end (20 s), below what service managers usually wait before they kill. */
const STOP_WITHIN_MS = 30_000;

/** `trailhive serve`: runs until a signal stops it. */
export async function serve(
  options: ServeOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ExitCode> {
  const roles = parseRoles(options.role);
  const { skipInvalid = false } = options;
  const installation = await loadInstallation(options.config, environment, { skipInvalid });
  const { config, knowledge } = installation;
  const observation = openObservation(config.log.level);
  const { log } = observation;
  for (const problem of knowledge.problems) {
    // An error, so that no usual log level hides that detections are missing.
    log.error({ problem: describeProblem(problem) }, 'left out because it is invalid (--skip-invalid)');
  }
  const running = await startRoles({ ...observation, ...installation, now: Date.now }, roles);
  log.info({ roles, rules: knowledge.ruleSet.detections.length }, 'trailhive runs');
  await signalled();
  process.once('SIGINT', () => process.exit(1));
  process.once('SIGTERM', () => process.exit(1));
  log.info({}, 'stopping; a second signal ends at once');
  if (await endsWithin(STOP_WITHIN_MS, running.stop())) return 0;
  log.warn({}, 'something still runs and is left; nothing is lost, the next start does it again');
  // What still waits, for a Redis that is gone for example, would keep the process alive.
  process.exit(1);
}

/** Whether the work ends in time. It goes on in any case. */
export async function endsWithin(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

/** `ingest,worker` as role names. Throws `config` for a word that is none. */
export function parseRoles(text: string): RoleName[] {
  const words = text.split(',').map((word) => word.trim());
  const unknown = words.filter((word) => !ROLES.some((role) => role === word));
  if (unknown.length > 0) {
    throw new TrailhiveError(
      'config',
      `--role: "${unknown.join(', ')}" is no role. Roles are ${ROLES.join(', ')}.`,
    );
  }
  return ROLES.filter((role) => words.includes(role));
}
