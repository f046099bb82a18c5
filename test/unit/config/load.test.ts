import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, parseConfig } from '../../../src/config/load.ts';
import { ProblemsError } from '../../../src/domain/problem.ts';

const SMALLEST = 'thehive: { url: http://127.0.0.1:9000 }\n';

function problemsOf(text: string): string[] {
  try {
    parseConfig(text, '/etc/trailhive/trailhive.yml');
  } catch (error) {
    if (error instanceof ProblemsError)
      return error.problems.map(({ line, message }) => `${line}: ${message}`);
    throw error;
  }
  return [];
}

describe('parseConfig', () => {
  it('fills in every default', () => {
    const config = parseConfig(SMALLEST, '/etc/trailhive/trailhive.yml');
    expect(config.redis).toEqual({
      url: 'redis://127.0.0.1:6379',
      prefix: 'trailhive',
      shards: 1,
      cluster: false,
    });
    expect(config.journal).toEqual({ kind: 'disk', folder: '/etc/trailhive/journal' });
    expect(config.alerts).toEqual({
      caseSeverity: 'medium',
      incidentGapHours: 72,
      latenessHours: 24,
      settlingMinutes: 30,
    });
    expect(config.queues).toEqual([]);
  });

  it('takes relative folders from the folder of the file', () => {
    const config = parseConfig(
      `${SMALLEST}rules: { folders: [mine, /abs] }\n`,
      '/etc/trailhive/trailhive.yml',
    );
    expect(config.rules.folders).toEqual(['/etc/trailhive/mine', '/abs']);
  });

  it('takes relative files of places from there too, and names none by itself', () => {
    const places = 'places: { country: c.mmdb, torExits: /lists/tor.txt }\n';
    expect(parseConfig(SMALLEST + places, '/etc/trailhive/trailhive.yml').places).toEqual({
      country: '/etc/trailhive/c.mmdb',
      torExits: '/lists/tor.txt',
    });
    expect(parseConfig(SMALLEST, '/etc/trailhive/trailhive.yml').places).toEqual({});
  });

  it('is frozen to its leaves', () => {
    const config = parseConfig(SMALLEST, 'trailhive.yml');
    expect(Object.isFrozen(config.redis)).toBe(true);
    expect(() => {
      (config.rules.folders as string[]).push('x');
    }).toThrow(TypeError);
  });

  it('names an unknown key, its line and what was meant', () => {
    const problems = problemsOf(`${SMALLEST}alerts:\n  caseSeverty: high\n`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^3: .*"caseSeverty".*"caseSeverity"/);
  });

  it('lists every problem of the file at once', () => {
    const problems = problemsOf('thehive: { url: ftp://x }\nredis: { shards: 0 }\nwebhook: { port: web }\n');
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['1', '2', '3']);
  });

  it('refuses a queue without a URL', () => {
    expect(problemsOf(`${SMALLEST}queues:\n  - name: main\n`)[0]).toMatch(/url/);
  });

  it('says what to do when there is no file', () => {
    expect(() => loadConfig('/nowhere/trailhive.yml')).toThrow(/Copy trailhive\.example\.yml/);
  });
});

describe('trailhive.example.yml', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../trailhive.example.yml'), 'utf8');

  it('is valid', () => {
    expect(problemsOf(text)).toEqual([]);
  });

  it('shows the defaults', () => {
    const example = parseConfig(text, '/x/trailhive.yml');
    const defaults = parseConfig('thehive: { url: https://thehive.example.org }\n', '/x/trailhive.yml');
    expect({ ...example, queues: [] }).toEqual(defaults);
  });
});
