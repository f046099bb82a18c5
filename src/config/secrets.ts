import { readFileSync } from 'node:fs';
import { messageOf, TrailhiveError } from '../domain/errors.ts';
import type { Secrets } from './schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const PLAYBOOK_SECRET = /^TRAILHIVE_SECRET_([A-Z0-9_]{1,64}?)(_FILE)?$/;
/** A shorter secret can be guessed over the network. */
const MIN_WEBHOOK_SECRET_LENGTH = 16;

/**
 * Reads the secrets from environment variables, or from the files that
 * `<NAME>_FILE` names (as Docker and Kubernetes mount them). Never from the
 * command line, where other users of the machine could read them.
 */
export function loadSecrets(environment: Environment): Secrets {
  const webhookSecret = required(environment, 'TRAILHIVE_WEBHOOK_SECRET');
  if (webhookSecret.length < MIN_WEBHOOK_SECRET_LENGTH) {
    throw new TrailhiveError(
      'config',
      `TRAILHIVE_WEBHOOK_SECRET has ${webhookSecret.length} characters; at least ${MIN_WEBHOOK_SECRET_LENGTH} are needed. Make one with: openssl rand -hex 32`,
    );
  }
  return {
    theHiveKey: required(environment, 'TRAILHIVE_THEHIVE_KEY'),
    theHiveAdminKey: read(environment, 'TRAILHIVE_THEHIVE_ADMIN_KEY'),
    webhookSecret,
    playbookSecrets: playbookSecrets(environment),
  };
}

function playbookSecrets(environment: Environment): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  for (const variable of Object.keys(environment)) {
    const name = PLAYBOOK_SECRET.exec(variable)?.[1];
    const value = name === undefined ? undefined : read(environment, `TRAILHIVE_SECRET_${name}`);
    if (name !== undefined && value !== undefined) secrets.set(name.toLowerCase(), value);
  }
  return secrets;
}

function required(environment: Environment, name: string): string {
  const value = read(environment, name);
  if (value === undefined || value === '') {
    throw new TrailhiveError(
      'config',
      `${name} is not set. Set it, or ${name}_FILE to a file that holds it.`,
    );
  }
  return value;
}

function read(environment: Environment, name: string): string | undefined {
  const file = environment[`${name}_FILE`];
  if (file === undefined) return environment[name];
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new TrailhiveError('config', `${name}_FILE: cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
}
