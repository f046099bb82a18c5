import { Type } from 'typebox';
import { compileSchema } from '../../language/schema.ts';

/** A case template as `templates/cases/*.yml` states it: which alert types it serves and what its cases begin with. */
export interface CaseTemplate {
  readonly name: string;
  readonly displayName: string;
  /** Stands before the title of its cases. */
  readonly titlePrefix?: string;
  /** Alert types, `iam.access_key.abuse`, or the beginnings of some, `iam.*`; `*` serves all that no other serves. */
  readonly alertTypes: readonly string[];
  readonly description: string;
  readonly tags: readonly string[];
  readonly tasks: readonly CaseTask[];
}

export interface CaseTask {
  readonly title: string;
  readonly group: string;
  readonly description: string;
}

const strict = { additionalProperties: false } as const;

export const caseTemplateSchema = compileSchema<CaseTemplate>(
  Type.Object(
    {
      name: Type.String({ pattern: '^[a-z][a-z0-9-]{2,63}$', description: 'lower-case words joined by -' }),
      displayName: Type.String({ minLength: 1, maxLength: 64 }),
      titlePrefix: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
      alertTypes: Type.Array(
        Type.String({
          pattern: '^(\\*|[a-z0-9_]+(\\.[a-z0-9_]+)*(\\.\\*)?)$',
          description: 'a dotted alert type, its beginning and ".*", or "*"',
        }),
        { minItems: 1 },
      ),
      description: Type.String({ minLength: 1, maxLength: 16_384 }),
      tags: Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { uniqueItems: true }),
      tasks: Type.Array(
        Type.Object(
          {
            title: Type.String({ minLength: 1, maxLength: 128 }),
            group: Type.String({ minLength: 1, maxLength: 64 }),
            description: Type.String({ minLength: 1, maxLength: 16_384 }),
          },
          strict,
        ),
        { minItems: 1 },
      ),
    },
    strict,
  ),
);

/** The template that serves an alert type: the longest match wins, then the first by name. */
export function templateFor(templates: readonly CaseTemplate[], alertType: string): CaseTemplate | undefined {
  let best: { readonly template: CaseTemplate; readonly length: number } | undefined;
  for (const template of [...templates].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const length = Math.max(...template.alertTypes.map((pattern) => matchLength(pattern, alertType)));
    if (length >= 0 && (best === undefined || length > best.length)) best = { template, length };
  }
  return best?.template;
}

/** How much of the type the pattern names; -1: it does not serve it. */
function matchLength(pattern: string, alertType: string): number {
  if (pattern === '*') return 0;
  if (!pattern.endsWith('.*')) return pattern === alertType ? 1000 : -1;
  const beginning = pattern.slice(0, -2);
  return alertType === beginning || alertType.startsWith(`${beginning}.`) ? beginning.length : -1;
}
