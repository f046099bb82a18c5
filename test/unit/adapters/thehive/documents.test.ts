import { describe, expect, it } from 'vitest';
import {
  alertDocument,
  alertName,
  procedureDocuments,
} from '../../../../src/adapters/thehive/alert-document.ts';
import { storyLine } from '../../../../src/adapters/thehive/alert-view.ts';
import { type CaseTemplate, templateFor } from '../../../../src/adapters/thehive/case-template.ts';
import { carries, withMarkers } from '../../../../src/adapters/thehive/marker.ts';
import { observableDocuments } from '../../../../src/adapters/thehive/observable-type.ts';
import { splitValues, staleTags } from '../../../../src/adapters/thehive/own-fields.ts';
import { severityToWrite } from '../../../../src/adapters/thehive/severity-number.ts';
import { tagsOf } from '../../../../src/adapters/thehive/tag.ts';
import { anActor, anEvidence, aRule } from '../../../helpers/a-finding.ts';
import { anAlert } from '../../../helpers/an-alert.ts';

const facts = {
  login: 'trailhive',
  customFields: new Set<string>(),
  observableTypes: new Set(['ip', 'other']),
  caseTemplates: new Set<string>(),
};

describe('an alert as TheHive takes it', () => {
  it('stays within the limits, whatever the records say', () => {
    const actor = anActor({ name: `${'x'.repeat(2000)}\n;` });
    const rule = aRule({ title: 'T'.repeat(600) });
    const event = anEvidence({ actor, environment: `e\n${'v'.repeat(300)}` });
    const document = alertDocument(anAlert({ rule, evidence: [event] }), facts, 'd');
    expect(document.title.length).toBeLessThanOrEqual(512);
    expect(document.title).not.toContain('\n');
    expect(Math.max(...document.tags.map((tag) => tag.length))).toBe(128);
    expect(document.tags.join('')).not.toContain('\n');
    expect(new Set(document.tags).size).toBe(document.tags.length);
  });

  it('is named by three parts', () => {
    expect(alertName(anAlert({ fingerprint: 'v1-a' }))).toBe('network.security_group.open;trailhive;v1-a');
  });

  it.each([
    ['informational', 1],
    ['low', 1],
    ['medium', 2],
    ['high', 3],
    ['critical', 4],
  ] as const)('has severity %s as %i', (severity, number) => {
    expect(alertDocument(anAlert({ severity }), facts, 'd').severity).toBe(number);
  });

  it('has the severity of its score, and the score as a value of its own', () => {
    const score = { value: 82, severity: 'critical', parts: [] } as const;
    const known = { ...facts, customFields: new Set(['trailhive-score', 'trailhive-severity']) };
    const document = alertDocument(anAlert({ severity: 'medium', score }), known, 'd');
    expect(document.severity).toBe(4);
    expect(document.customFields).toEqual({ 'trailhive-severity': 'critical', 'trailhive-score': 82 });
    expect(alertDocument(anAlert({ score }), facts, 'd').tags).toContain('trailhive-score:82');
  });

  it('is marked where a suppression on trial would have hidden it', () => {
    expect(alertDocument(anAlert({ wouldBeHiddenBy: ['s1'] }), facts, 'd').tags).toContain('would-be-hidden');
    expect(alertDocument(anAlert(), facts, 'd').tags).not.toContain('would-be-hidden');
  });

  it('names a technique once, at its first time', () => {
    const procedures = [5, 3, 9].map((time) => ({ patternId: 'T1', time }));
    expect(procedureDocuments(procedures)).toEqual([{ patternId: 'T1', occurDate: 3 }]);
  });

  it('has a title that tells who, what and where', () => {
    const actor = anActor({ kind: 'root', name: 'root' });
    const evidence = [anEvidence({ actor, accountName: 'prod-1', environment: 'prod' })];
    const rule = aRule({ title: 'Root user was active' });
    expect(storyLine(anAlert({ rule, evidence }))).toBe(
      'Root user was active: root of 111122223333 in prod-1 (111122223333), prod',
    );
  });
});

describe('observables', () => {
  it('are one for each type and value, under a type that the server has', () => {
    const documents = observableDocuments(
      [
        { type: 'aws-account', value: '1', tags: ['account'] },
        { type: 'aws-principal', value: '1', tags: ['actor'] },
        { type: 'ip', value: '192.0.2.1', tags: [] },
        { type: 'ip', value: '192.0.2.1', tags: ['source'] },
        { type: 'ip', value: '  ', tags: [] },
      ],
      facts.observableTypes,
    );
    expect(documents).toEqual([
      { dataType: 'other', data: '1', tags: ['aws-account', 'account'] },
      { dataType: 'ip', data: '192.0.2.1', tags: [] },
    ]);
  });

  it('are cut to what TheHive takes', () => {
    const [document] = observableDocuments(
      [{ type: 'ip', value: 'x'.repeat(9000), tags: [] }],
      new Set(['ip']),
    );
    expect(document?.data).toHaveLength(4096);
  });
});

describe('severityToWrite', () => {
  it.each([
    ['rises', 2, 'medium', 'high', 3],
    ['does not fall', 4, 'critical', 'low', undefined],
    ['is not repeated over a person who lowered it', 1, 'medium', 'medium', undefined],
    ['rises over a person who lowered it', 1, 'medium', 'critical', 4],
    ['rises where nothing says what was written before', 1, undefined, 'medium', 2],
    ['takes a strange note for none', 1, 'constructor', 'medium', 2],
    ['leaves a person who went higher', 4, 'low', 'high', undefined],
  ] as const)('%s', (_what, present, before, severity, expected) => {
    expect(severityToWrite(present, before, severity)).toBe(expected);
  });
});

describe('markers', () => {
  it('are found on the last line only', () => {
    const message = withMarkers('Text', ['a', 'b']);
    expect([carries([message], 'a'), carries([message], 'b'), carries([message], 'c')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(carries([`${message}\nand a word of mine`], 'a')).toBe(false);
    expect(carries([`${message}\n  \n`], 'a')).toBe(true);
  });

  it('say nothing of what they name', () => {
    expect(withMarkers('Text', ['203.0.113.7'])).not.toContain('203.0.113.7');
  });
});

describe('own values', () => {
  it('are fields where the server has them and tags elsewhere', () => {
    const values = { 'trailhive-account': '1', 'trailhive-count': 7, 'trailhive-first-seen': 0 };
    expect(splitValues(values, new Set(['trailhive-count']))).toEqual({
      fields: { 'trailhive-count': 7 },
      tags: ['trailhive-account:1', 'trailhive-first-seen:1970-01-01T00:00:00.000Z'],
    });
  });

  it('drop the tags of before, and no tag of anybody else', () => {
    const present = ['trailhive-count:6', 'trailhive-account:1', 'count:6', 'trailhive'];
    expect(staleTags(present, ['trailhive-count:7', 'trailhive-account:1'])).toEqual(['trailhive-count:6']);
  });
});

it('makes tags of anything', () => {
  expect(tagsOf(['a\u0000b', 'a b', '', '\n'])).toEqual(['a b', '-']);
});

describe('templateFor', () => {
  const template = (name: string, alertTypes: readonly string[]): CaseTemplate => ({
    name,
    displayName: name,
    alertTypes,
    description: 'd',
    tags: [],
    tasks: [],
  });
  const templates = [
    template('rest', ['*']),
    template('iam', ['iam.*']),
    template('keys', ['iam.access_key.*', 'sts.token']),
    template('abuse', ['iam.access_key.abuse']),
  ];
  it.each([
    ['iam.access_key.abuse', 'abuse'],
    ['iam.access_key.new', 'keys'],
    ['iam.user', 'iam'],
    ['iam', 'iam'],
    ['iambic.poem', 'rest'],
    ['sts.token.long', 'rest'],
  ])('%s is served by %s', (alertType, name) => {
    expect(templateFor(templates, alertType)?.name).toBe(name);
  });
  it('serves nothing where no template does', () => {
    expect(templateFor([template('iam', ['iam.*'])], 's3.public')).toBeUndefined();
  });
});
