import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unknownField } from '../../../../../src/language/sigma/known-fields.ts';
import { DERIVED_FACTS } from '../../../../../src/pipeline/enrich/derived/registry.ts';
import { aRecord } from '../../../../helpers/an-event.ts';

const page = readFileSync('docs/fields.md', 'utf8');

describe('the registry of derived facts', () => {
  it('holds each name once', () => {
    const names = DERIVED_FACTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('holds every fact that a file of the folder makes', () => {
    const folder = 'src/pipeline/enrich/derived';
    const made = readdirSync(folder).flatMap((file) =>
      [...readFileSync(`${folder}/${file}`, 'utf8').matchAll(/: DerivedFact = \{\s+name: '(\w+)'/g)].map(
        ([, name]) => name,
      ),
    );
    expect(made.length).toBeGreaterThan(10);
    expect(made.sort()).toEqual(DERIVED_FACTS.map(({ name }) => name).sort());
  });

  it.each(DERIVED_FACTS.map(({ name }) => name))('tells authors of rules of %s', (name) => {
    expect(unknownField(`derived.${name}`)).toBeUndefined();
    expect(page).toContain(`\n| \`derived.${name}\` |`);
  });

  it.each(DERIVED_FACTS)('says something sane of whatever is sent: $name', ({ calls, says }) => {
    const parameters = fc.dictionary(
      fc.constantFrom(
        'policy',
        'bucketPolicy',
        'cidrIp',
        'eventSelectors',
        'instanceType',
        'maxCount',
        'userName',
        'keyId',
        'Rule',
      ),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...calls),
        fc.oneof(fc.jsonValue(), parameters),
        fc.jsonValue(),
        (call, asked, answered) => {
          const [eventSource, eventName] = call.split(' ');
          const said = says(
            aRecord({ eventSource, eventName, requestParameters: asked, responseElements: answered }),
          );
          expect(['undefined', 'boolean', 'number', 'string', 'object']).toContain(typeof said);
          if (typeof said === 'object') expect(Array.isArray(said)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});
