import { installTheHive } from '../../../app/install-thehive.ts';
import { loadInstallation } from '../../../app/installation.ts';
import type { ExitCode } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

/** `trailhive setup thehive`: one line a thing installed. 1 where TheHive refused any. */
export async function setup(
  options: { readonly config: string },
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<ExitCode> {
  const { paint } = terminal;
  const { config, secrets, knowledge } = await loadInstallation(options.config, environment);
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
