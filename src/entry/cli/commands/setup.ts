import { installTheHive } from '../../../app/install-thehive.ts';
import { loadKnowledge } from '../../../app/knowledge.ts';
import { loadConfig } from '../../../config/load.ts';
import { loadSecrets } from '../../../config/secrets.ts';
import type { ExitCode } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

/** `trailhive setup thehive`: one line a thing installed. 1 where TheHive refused any. */
export async function setup(
  options: { readonly config: string },
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<ExitCode> {
  const { paint } = terminal;
  const config = loadConfig(options.config);
  const secrets = loadSecrets(environment);
  const knowledge = await loadKnowledge(config, {
    skipInvalid: false,
    secrets: new Set(secrets.playbookSecrets.keys()),
  });
  const results = await installTheHive(config, secrets, knowledge);
  for (const [index, { what, outcome, remedy }] of results.entries()) {
    const mark = outcome === 'refused' ? paint.bad('refused') : paint.good(outcome.padEnd(7));
    terminal.out(`${mark} ${what}`);
    // What is refused for one reason is mended in one go.
    if (remedy !== undefined && remedy !== results[index + 1]?.remedy) terminal.out(`        → ${remedy}`);
  }
  const refused = results.filter(({ outcome }) => outcome === 'refused').length;
  terminal.out(`setup thehive: ${results.length - refused} in place, ${refused} refused`);
  return refused === 0 ? 0 : 1;
}
