import type { Suppression, SuppressionState } from '../../domain/suppression.ts';

const SAYS: Readonly<Record<SuppressionState, string>> = {
  proposed: 'Noted. More verdicts like this one are needed before anything is hidden.',
  shadow: 'On trial: equal findings still come as alerts and are counted as what would be hidden.',
  active: 'Equal findings are now hidden and counted. Nothing of them is deleted.',
  revoked: 'Withdrawn: equal findings come as alerts again.',
};

/**
 * What a verdict left behind, as the text of a comment (Markdown) on its case or
 * alert. A function of the suppression's state and scope alone, so the same step
 * always has the same words. Values out of records stand as code, on one line.
 */
export function describeSuppression({ id, state, scope, expiresAt }: Suppression): string {
  const facts = Object.entries(scope.context).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const lines = [
    `**trailhive: suppression ${state}.** ${SAYS[state]}`,
    '',
    `- Rule: ${code(scope.ruleId)} as it is today (${code(scope.ruleRevision)})`,
    `- Account: ${code(scope.account)}`,
    `- Principal: ${code(scope.principal)}`,
    ...facts.map(([name, value]) => `- ${name}: ${code(value)}`),
  ];
  if (state !== 'revoked') {
    lines.push(`- Expires: ${new Date(expiresAt).toISOString()}`);
    lines.push('', 'To withdraw it, open this again or change its status to a true positive.');
  }
  lines.push('', `Suppression id: ${code(id)}`);
  return lines.join('\n');
}

/** Why a false positive leaves nothing behind. */
export function describeNoSuppression(why: readonly string[]): string {
  return ['**trailhive: nothing will be hidden.**', '', ...why.map((each) => `- ${oneLine(each)}`)].join(
    '\n',
  );
}

function code(text: string): string {
  return `\`${oneLine(text).replaceAll('`', "'")}\``;
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').slice(0, 1024);
}
