import Type, { type Static } from 'typebox';
import { SEVERITIES } from '../domain/severity.ts';

const CLOSED = { additionalProperties: false };
const Name = Type.String({
  pattern: '^[a-z][a-z0-9_-]{0,63}$',
  description: 'a name of at most 64 small letters, digits, "-" and "_"',
});
const AlertType = Type.String({
  pattern: '^[a-z0-9_]+(\\.[a-z0-9_]+)*(\\.\\*)?$',
  maxLength: 34,
  description: 'an alert type such as iam.root.activity, or the start of several such as iam.*',
});
const Word = Type.String({ minLength: 1, maxLength: 128 });

const StepSchema = Type.Object(
  {
    id: Name,
    do: Type.String({ minLength: 1 }),
    with: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    if: Type.Optional(Type.String({ minLength: 1 })),
  },
  CLOSED,
);

/** A playbook file. Names and parameters of actions are checked by the actions' own schemas. */
export const PlaybookSchema = Type.Object(
  {
    playbook: Name,
    version: Type.Integer({ minimum: 1 }),
    description: Type.Optional(Type.String()),
    when: Type.Object(
      {
        alertType: Type.Union([AlertType, Type.Array(AlertType, { minItems: 1, maxItems: 50 })]),
        severity: Type.Optional(Type.Array(Type.Enum([...SEVERITIES]), { minItems: 1, uniqueItems: true })),
        tags: Type.Optional(Type.Array(Word, { minItems: 1, maxItems: 50 })),
        environment: Type.Optional(Type.Array(Word, { minItems: 1, maxItems: 50 })),
      },
      CLOSED,
    ),
    mode: Type.Optional(Type.Enum(['simulate', 'enforce'])),
    secrets: Type.Optional(Type.Array(Name, { maxItems: 20, uniqueItems: true })),
    steps: Type.Array(StepSchema, { minItems: 1, maxItems: 50 }),
  },
  CLOSED,
);

/** A playbook as it is written. */
export type PlaybookText = Static<typeof PlaybookSchema>;
