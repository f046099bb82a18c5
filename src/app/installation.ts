import { loadConfig } from '../config/load.ts';
import type { Config, Secrets } from '../config/schema.ts';
import { loadSecrets } from '../config/secrets.ts';
import { type Knowledge, loadKnowledge } from './knowledge.ts';

/** What one installation of trailhive is told by its people. */
export interface Installation {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly knowledge: Knowledge;
}

/** Loads configuration, secrets, rules, context, playbooks and templates, or throws `config` with what is wrong. */
export async function loadInstallation(
  configFile: string,
  environment: Readonly<Record<string, string | undefined>>,
  { skipInvalid = false }: { readonly skipInvalid?: boolean } = {},
): Promise<Installation> {
  const config = loadConfig(configFile);
  const secrets = loadSecrets(environment);
  const knowledge = await loadKnowledge(config, {
    skipInvalid,
    secrets: new Set(secrets.playbookSecrets.keys()),
  });
  return { config, secrets, knowledge };
}
