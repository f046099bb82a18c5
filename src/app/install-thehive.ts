import { type SetupResult, setupTheHive } from '../adapters/thehive/setup.ts';
import type { Config, Secrets } from '../config/schema.ts';
import type { Knowledge } from './knowledge.ts';
import { openObservation } from './observation.ts';
import { openTheHive } from './outside.ts';

export type { SetupResult };

/** Installs in TheHive what trailhive likes to find there. Without an admin key, what needs one is refused. */
export async function installTheHive(
  config: Config,
  secrets: Pick<Secrets, 'theHiveKey' | 'theHiveAdminKey'>,
  knowledge: Pick<Knowledge, 'deskTemplates'>,
): Promise<readonly SetupResult[]> {
  const tools = { ...openObservation('warn'), now: Date.now };
  const client = openTheHive(config, secrets.theHiveKey, tools);
  // The admin user works in its own organisation, not in the one of the SOC.
  const { organisation: _, ...adminSide } = config.thehive;
  const adminClient =
    secrets.theHiveAdminKey === undefined
      ? undefined
      : openTheHive({ thehive: adminSide }, secrets.theHiveAdminKey, tools);
  try {
    return await setupTheHive(adminClient, client, knowledge.deskTemplates.cases);
  } finally {
    client.close();
    adminClient?.close();
  }
}
