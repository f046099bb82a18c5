import { type CompiledSchema, compileSchema } from '../language/schema.ts';
import type { PlaybookAction } from './action.ts';

type ParamsSchema = CompiledSchema<Readonly<Record<string, unknown>>>;

const compiled = new WeakMap<PlaybookAction, ParamsSchema>();

/** The schema of the action's parameters, compiled once. */
export function paramsSchemaOf(action: PlaybookAction): ParamsSchema {
  const schema: ParamsSchema = compiled.get(action) ?? compileSchema(action.params);
  compiled.set(action, schema);
  return schema;
}
