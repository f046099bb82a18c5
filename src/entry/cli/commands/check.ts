import { checkEverything } from '../../../app/check-everything.ts';
import { loadInstallation } from '../../../app/installation.ts';
import type { ExitCode } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

/** `trailhive check`: one line a thing looked at. 1 where any is not as it should be. */
export async function check(
  options: { readonly config: string },
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<ExitCode> {
  const { paint } = terminal;
  const { config, secrets, knowledge } = await loadInstallation(options.config, environment);
  terminal.out(`${paint.good('ok  ')} ${options.config} is valid`);
  let wrong = 0;
  for await (const { ok, what, remedy } of checkEverything(config, secrets, knowledge)) {
    if (!ok) wrong += 1;
    terminal.out(`${ok ? paint.good('ok  ') : paint.bad('fail')} ${what}`);
    if (remedy !== undefined) terminal.out(`     → ${remedy}`);
  }
  terminal.out(wrong === 0 ? 'check: everything is as it should be' : `check: ${wrong} to mend`);
  return wrong === 0 ? 0 : 1;
}
