/**
 * Liquid for people's texts: alerts, cases, pages, the values of playbooks. A
 * template reads the data that it is given and nothing else: no files, no other
 * templates, no clock, no prototype. What it prints is escaped for the target;
 * there is no `raw`.
 */
import { Liquid, type Template } from 'liquidjs';
import { messageOf, TrailhiveError } from '../domain/errors.ts';
import type { Problem } from '../domain/problem.ts';
import { escapeCsv } from './escape-csv.ts';
import { escapeHtml } from './escape-html.ts';
import { escapeMarkdown, markdownCode } from './escape-markdown.ts';
import { allowFilters, allowTags } from './liquid-allowed.ts';
import { printable } from './printable.ts';

export type TemplateTarget = 'markdown' | 'html' | 'csv' | 'plain';

export interface TemplateOptions {
  /** What a rendered text is cut to. */
  readonly maxOutputCharacters?: number;
  /** What a single printed value is cut to. */
  readonly maxValueCharacters?: number;
  /** How long one rendering may take, ms. */
  readonly maxRenderMs?: number;
}

export interface Templates {
  /**
   * The template's text with every printed value escaped for the target. What is
   * missing prints nothing. Throws `config` where the template is wrong or
   * exceeds its bounds; `name` says which template it is.
   */
  renderText(template: string, scope: object, target: TemplateTarget, name?: string): string;
  /**
   * Renders the strings of a YAML value, at any depth. A string that is exactly
   * one `{{ path }}` yields the datum itself, typed and unescaped (null where it
   * is missing); every other string is a text for `target` (default `plain`).
   */
  renderValue(value: unknown, scope: object, target?: TemplateTarget): unknown;
  /** What is wrong with a template: syntax, tags, filters, and names that are none of `roots`. */
  problemsOf(
    template: string,
    target: TemplateTarget,
    place: { file: string; line: number },
    roots?: readonly string[],
  ): Problem[];
}

const MAX_TEMPLATE_CHARACTERS = 64 * 1024;
const MAX_COMPILED = 1000;
const MAX_DEPTH = 16;
/** Objects and characters that filters may make in one rendering. */
const MAX_MEMORY_UNITS = 2_000_000;
const TYPED_PATH = /^\s*\{\{-?\s*([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[\d+\])*)\s*-?\}\}\s*$/;

/** One engine a target; each template is compiled once. */
export function createTemplates(options: TemplateOptions = {}): Templates {
  const maxOutput = options.maxOutputCharacters ?? 256 * 1024;
  const engines = enginesOf(options.maxValueCharacters ?? 4096, options.maxRenderMs ?? 2000);
  const compiled = new Map<string, Template[]>();

  const compile = (template: string, target: TemplateTarget): Template[] => {
    const key = `${target}\n${template}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    const parsed = engines[target].parse(template);
    compiled.set(key, parsed);
    return parsed;
  };

  const renderText: Templates['renderText'] = (template, scope, target, name = 'template') => {
    try {
      return bounded(String(engines[target].renderSync(compile(template, target), scope)), maxOutput);
    } catch (error) {
      throw new TrailhiveError('config', `${name}: ${wordsOf(error).message}`);
    }
  };

  const renderValue = (
    value: unknown,
    scope: object,
    target: TemplateTarget = 'plain',
    depth = 0,
  ): unknown => {
    if (depth > MAX_DEPTH) throw new TrailhiveError('config', 'a templated value is nested too deeply');
    if (typeof value === 'string') {
      const path = TYPED_PATH.exec(value)?.[1];
      return path === undefined ? renderText(value, scope, target) : readPath(scope, path);
    }
    if (Array.isArray(value)) return value.map((item) => renderValue(item, scope, target, depth + 1));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, renderValue(item, scope, target, depth + 1)]),
    );
  };

  const problemsOf: Templates['problemsOf'] = (template, target, place, roots) => {
    try {
      const parsed = compile(template, target);
      return roots === undefined ? [] : unknownRoots(engines[target], parsed, place, roots);
    } catch (error) {
      const { line, message } = wordsOf(error);
      return [{ file: place.file, line: place.line + line - 1, message }];
    }
  };

  return {
    renderText,
    renderValue: (value, scope, target) => renderValue(value, scope, target),
    problemsOf,
  };
}

function enginesOf(maxValue: number, maxRenderMs: number): Readonly<Record<TemplateTarget, Liquid>> {
  const engine = (escaped: (value: string) => string) => {
    const liquid = new Liquid({
      outputEscape: (value: unknown) => escaped(bounded(textOf(value), maxValue)),
      strictFilters: true,
      ownPropertyOnly: true,
      timezoneOffset: 0,
      locale: 'en-US',
      templates: {},
      cache: false,
      parseLimit: MAX_TEMPLATE_CHARACTERS,
      renderLimit: maxRenderMs,
      memoryLimit: MAX_MEMORY_UNITS,
    });
    allowTags(liquid);
    allowFilters(liquid);
    return liquid;
  };
  const markdown = engine(escapeMarkdown);
  const code = (value: unknown) => markdownCode(bounded(textOf(value), maxValue));
  markdown.registerFilter('code', { raw: true, handler: code });
  return { markdown, html: engine(escapeHtml), csv: engine(escapeCsv), plain: engine(printable) };
}

/** Lists print with commas, maps as JSON, nothing as nothing. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function bounded(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

function readPath(scope: object, path: string): unknown {
  let value: unknown = scope;
  for (const step of path.split(/\.|\[|\]/).filter((part) => part !== '')) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return null;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value ?? null;
}

function unknownRoots(
  engine: Liquid,
  parsed: Template[],
  place: { file: string; line: number },
  roots: readonly string[],
): Problem[] {
  const unknown = engine.globalVariablesSync(parsed).filter((name) => !roots.includes(name));
  return unknown.map((name) => ({
    ...place,
    message: `the template reads "${name}", which is not there. It may read ${roots.join(', ')}.`,
  }));
}

/** liquidjs ends its messages with `, line:2, col:5`; the line is kept as a number. */
function wordsOf(error: unknown): { line: number; message: string } {
  const text = messageOf(error);
  const line = Number(/, line:(\d+)/.exec(text)?.[1] ?? '1');
  return {
    line,
    message: `the template is wrong in its line ${line}: ${text.replace(/, line:\d+.*$/s, '')}.`,
  };
}
