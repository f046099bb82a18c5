import type { Templates } from '../language/liquid.ts';
import type { PlaybookAction } from './action.ts';
import { paramsSchemaOf } from './params-schema.ts';

/**
 * A step's parameters with their templates rendered. Markdown parameters are
 * always text, escaped; in all others a lone `{{ path }}` gives the datum itself
 * (a number or truth value becomes text where the schema wants text).
 */
export function renderParams(
  action: PlaybookAction,
  written: Readonly<Record<string, unknown>>,
  scope: object,
  templates: Templates,
): Readonly<Record<string, unknown>> {
  const texts = textParamsOf(action);
  return Object.fromEntries(
    Object.entries(written).map(([key, value]) => {
      if (action.markdown.includes(key)) return [key, templates.renderText(String(value), scope, 'markdown')];
      const rendered = templates.renderValue(value, scope);
      const isSimple = typeof rendered === 'number' || typeof rendered === 'boolean';
      return [key, isSimple && texts.includes(key) ? String(rendered) : rendered];
    }),
  );
}

/** What in the rendered parameters does not fit the action, in words that may quote them; undefined: they fit. */
export function misfitOf(
  action: PlaybookAction,
  params: Readonly<Record<string, unknown>>,
): string | undefined {
  const document = { file: '', value: params, line: 0, lineOf: () => 0 };
  const problems = paramsSchemaOf(action).problems(document);
  return problems.length === 0 ? undefined : problems.map(({ message }) => message).join(' ');
}

/** Parameters that the action's schema wants as text. */
function textParamsOf(action: PlaybookAction): readonly string[] {
  const { properties } = action.params as { properties?: Readonly<Record<string, { type?: unknown }>> };
  return Object.entries(properties ?? {}).flatMap(([key, { type }]) => (type === 'string' ? [key] : []));
}
