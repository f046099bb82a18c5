/**
 * Checks requests and answers against TheHive's official OpenAPI document
 * (`../shared/data/thehive/openapi-5.6.2.yaml` beside the repository; where it is
 * absent nothing is checked, and a line on stderr says so). It proves client and
 * emulator at once: neither may drift from what the vendor wrote down.
 *
 * Stricter than the document: a property that it does not name is a violation.
 * The overlay mends what the document says and the server does not do:
 * - every `oneOf` is read as `anyOf`: some variants overlap (an empty list of options);
 * - query operations are named `filter`, `sort`, `page` and by their own names, not
 *   `_filter`, `_sort` and `<other>`;
 * - clearing an optional field with null works, though 5.6 lost it from the document;
 * - creating observables may answer 207 with what was made and what was refused;
 * - a duplicate alert may be answered 409 as well as 400;
 * - answers of a query are checked item by item, which the document leaves open.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { load } from 'js-yaml';

type Node = Record<string, unknown>;

/** What one request or answer breaks, in words; empty where all is well. */
export interface Contract {
  request(method: string, path: string, body: unknown): readonly string[];
  answer(method: string, path: string, status: number, body: unknown): readonly string[];
  /** Items of a query's answer, by the name of their schema. */
  items(schema: string, items: readonly unknown[]): readonly string[];
}

const DOCUMENT = new URL('../../../shared/data/thehive/openapi-5.6.2.yaml', import.meta.url);
const SCHEMAS = '#/components/schemas';

const NULLABLE: Readonly<Record<string, readonly string[]>> = {
  InputUpdateAlert: ['externalLink', 'summary', 'assignee', 'lastSyncDate'],
  InputUpdateCase: ['endDate', 'summary', 'assignee', 'impactStatus'],
  InputUpdateTask: ['description', 'startDate', 'endDate', 'dueDate', 'assignee'],
  InputUpdateObservable: ['message', 'sightedAt'],
};

let loaded: { readonly contract: Contract | undefined } | undefined;

/** The contract of this process, compiled as it is used; undefined where the document is absent. */
export function loadContract(): Contract | undefined {
  loaded ??= { contract: read() };
  return loaded.contract;
}

function read(): Contract | undefined {
  const file = fileURLToPath(DOCUMENT);
  if (!existsSync(file)) {
    process.stderr.write(
      'TheHive emulator: no OpenAPI document here, so requests are not checked against it\n',
    );
    return undefined;
  }
  const document = load(readFileSync(file, 'utf8')) as Node;
  overlay(document);
  tighten(document['components']);
  const ajv = new Ajv2020.default({
    strict: false,
    unicodeRegExp: false,
    validateSchema: false,
    logger: false,
    allErrors: true,
  });
  addFormats.default(ajv);
  ajv.addSchema(document, 'thehive');
  return contractOf(ajv, document['paths'] as Record<string, Node>);
}

function overlay(document: Node): void {
  const schemas = at(document, 'components', 'schemas');
  schemas['InputQueryNamedOperation'] = QUERY_OPERATION;
  for (const [name, keys] of Object.entries(NULLABLE)) {
    const properties = at(schemas, name, 'properties');
    for (const key of keys) properties[key] = { anyOf: [properties[key], { type: 'null' }] };
  }
  schemas['PartialObservables'] = PARTIAL_OBSERVABLES;
  const paths = at(document, 'paths');
  for (const kind of ['alert', 'case']) {
    const responses = at(paths, `/api/v1/${kind}/{${kind}Id}/observable`, 'post', 'responses');
    responses['207'] = jsonOf(`${SCHEMAS}/PartialObservables`);
  }
  at(paths, '/api/v1/alert', 'post', 'responses')['409'] = jsonOf(`${SCHEMAS}/Query_API_400_response`);
}

const jsonOf = (ref: string): Node => ({ content: { 'application/json': { schema: { $ref: ref } } } });

const QUERY_OPERATION: Node = {
  anyOf: [
    {
      type: 'object',
      required: ['_name'],
      properties: { _name: { const: 'filter' } },
      additionalProperties: true,
      minProperties: 2,
    },
    {
      type: 'object',
      required: ['_name', '_fields'],
      properties: {
        _name: { const: 'sort' },
        _fields: {
          type: 'array',
          items: { type: 'object', additionalProperties: { enum: ['asc', 'desc'] } },
        },
      },
    },
    { $ref: `${SCHEMAS}/InputQueryPagingOperation` },
    {
      type: 'object',
      required: ['_name'],
      properties: {
        _name: { type: 'string', pattern: '^[a-z][A-Za-z]+$', not: { enum: ['filter', 'sort', 'page'] } },
        idOrName: { type: 'string' },
      },
    },
  ],
};

const PARTIAL_OBSERVABLES: Node = {
  type: 'object',
  required: ['success', 'failure'],
  properties: {
    success: { type: 'array', items: { $ref: `${SCHEMAS}/OutputObservable` } },
    failure: {
      type: 'array',
      items: {
        type: 'object',
        required: ['type', 'message'],
        properties: { type: { type: 'string' }, message: { type: 'string' }, object: { type: 'object' } },
      },
    },
  },
};

/** Refuses unnamed properties and reads `oneOf` as `anyOf`, all the way down. */
function tighten(node: unknown): void {
  if (Array.isArray(node)) {
    for (const one of node) tighten(one);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const schema = node as Node;
  if (Array.isArray(schema['oneOf'])) {
    schema['anyOf'] = schema['oneOf'];
    delete schema['oneOf'];
  }
  const isObject = schema['type'] === 'object' || schema['type'] === undefined;
  const names = schema['properties'];
  if (isObject && typeof names === 'object' && names !== null) schema['additionalProperties'] ??= false;
  for (const one of Object.values(schema)) tighten(one);
}

function at(node: Node, ...keys: readonly string[]): Node {
  return keys.reduce((inner, key) => {
    const next = inner[key];
    if (next === undefined) throw new Error(`The OpenAPI document has no ${keys.join(' ')}`);
    return next as Node;
  }, node);
}

function contractOf(ajv: InstanceType<typeof Ajv2020.default>, paths: Record<string, Node>): Contract {
  const compiled = new Map<string, ValidateFunction>();
  const check = (pointer: string, value: unknown, what: string): readonly string[] => {
    let validate = compiled.get(pointer);
    if (validate === undefined) {
      validate = ajv.compile({ $ref: `thehive#${pointer}` });
      compiled.set(pointer, validate);
    }
    if (validate(value)) return [];
    return [
      `${what}: ${ajv.errorsText((validate.errors ?? []).slice(0, 6), { dataVar: 'body' })}${unnamed(validate)}`,
    ];
  };
  const operation = (method: string, path: string) => {
    const found = paths[`/api/v1${path}`]?.[method.toLowerCase()] as Node | undefined;
    const pointer = `/paths/${escaped(`/api/v1${path}`)}/${method.toLowerCase()}`;
    return found === undefined ? undefined : { found, pointer };
  };
  return {
    request(method, path, body) {
      const what = `request ${method} ${path}`;
      const known = operation(method, path);
      if (known === undefined) return [`${what}: not in the OpenAPI document`];
      const { requestBody } = known.found as { requestBody?: { content: Node; required?: boolean } };
      const schema = requestBody?.content['application/json'];
      if (schema === undefined) return isEmpty(body) ? [] : [`${what}: takes no JSON body`];
      if (body === undefined) return requestBody?.required ? [`${what}: body is missing`] : [];
      return check(`${known.pointer}/requestBody/content/application~1json/schema`, body, what);
    },
    answer(method, path, status, body) {
      const what = `answer ${status} to ${method} ${path}`;
      const known = operation(method, path);
      if (known === undefined) return [`${what}: not in the OpenAPI document`];
      const response = (known.found['responses'] as Node)[String(status)] as { content?: Node } | undefined;
      if (response === undefined) return [`${what}: status is not in the OpenAPI document`];
      const json = response.content?.['application/json'] as { schema?: unknown } | undefined;
      if (json?.schema === undefined)
        return body === undefined || json !== undefined ? [] : [`${what}: has a body`];
      return check(`${known.pointer}/responses/${status}/content/application~1json/schema`, body, what);
    },
    items(schema, items) {
      return items.flatMap((item) => check(`/components/schemas/${schema}`, item, `query item ${schema}`));
    },
  };
}

/** Names the properties that nobody knows: ajv's own text leaves them out. */
function unnamed(validate: ValidateFunction): string {
  const names = (validate.errors ?? [])
    .filter((error) => error.keyword === 'additionalProperties')
    .map((error) => String(error.params['additionalProperty']));
  return names.length === 0 ? '' : ` (${[...new Set(names)].join(', ')})`;
}

function isEmpty(body: unknown): boolean {
  return body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0);
}

function escaped(path: string): string {
  return encodeURIComponent(path.replaceAll('~', '~0').replaceAll('/', '~1'));
}
