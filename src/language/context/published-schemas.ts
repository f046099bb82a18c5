import { CONTEXT_SCHEMAS } from './context-schema.ts';

/**
 * JSON Schema (2020-12) of each context file, for editors: `accounts.json` for
 * `accounts.yml`, and `context.json` for a file that holds several lists.
 */
export function publishedSchemas(): readonly { readonly name: string; readonly text: string }[] {
  return Object.entries(CONTEXT_SCHEMAS).map(([name, schema]) => {
    const title =
      name === 'context' ? 'trailhive: any of the context lists' : `trailhive: context/${name}.yml`;
    const whole = { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...schema };
    return { name: `${name}.json`, text: `${JSON.stringify(whole, null, 2)}\n` };
  });
}
