import { loadKnowledge } from '../../../app/knowledge.ts';
import { openObservation } from '../../../app/observation.ts';
import { loadConfig } from '../../../config/load.ts';
import { loadSecrets } from '../../../config/secrets.ts';
import { TrailhiveError } from '../../../domain/errors.ts';
import { describeProblem } from '../../../domain/problem.ts';
import { ROLES, type RoleName, startRoles } from '../../worker/serve.ts';
import type { ExitCode } from '../exit.ts';

export interface ServeOptions {
  readonly config: string;
  readonly role: string;
  readonly skipInvalid: boolean;
}

/** `trailhive serve`: runs until a signal stops it. */
export async function serve(
  options: ServeOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ExitCode> {
  const roles = parseRoles(options.role);
  const config = loadConfig(options.config);
  const secrets = loadSecrets(environment);
  const observation = openObservation(config.log.level);
  const { log } = observation;
  const knowledge = await loadKnowledge(config, {
    skipInvalid: options.skipInvalid,
    secrets: new Set(secrets.playbookSecrets.keys()),
  });
  for (const problem of knowledge.problems) {
    log.warn({ problem: describeProblem(problem) }, 'left out because it is invalid (--skip-invalid)');
  }
  const running = await startRoles({ ...observation, config, secrets, knowledge, now: Date.now }, roles);
  log.info({ roles, rules: knowledge.ruleSet.detections.length }, 'trailhive runs');
  await signalled();
  log.info({}, 'stopping; a second signal ends at once');
  process.once('SIGINT', () => process.exit(1));
  process.once('SIGTERM', () => process.exit(1));
  await running.stop();
  return 0;
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
