import { describe, expect, it } from 'vitest';
import { TrailhiveError } from '../../../src/domain/errors.ts';
import { endsWithin, parseRoles } from '../../../src/entry/cli/commands/serve.ts';
import { exitOf } from '../../../src/entry/cli/exit.ts';

describe('parseRoles', () => {
  it.each([
    ['ingest,worker,webhook', ['ingest', 'worker', 'webhook']],
    [' webhook , ingest', ['ingest', 'webhook']],
    ['worker,worker', ['worker']],
  ])('reads %j', (text, roles) => {
    expect(parseRoles(text)).toEqual(roles);
  });

  it.each(['', 'ingest,', 'Worker', 'all'])('refuses %j', (text) => {
    expect(() => parseRoles(text)).toThrow(/Roles are ingest, worker, webhook\./);
  });
});

describe('endsWithin', () => {
  it('tells what ended from what still waits', async () => {
    expect(await endsWithin(1000, Promise.resolve())).toBe(true);
    expect(await endsWithin(1, new Promise(() => undefined))).toBe(false);
  });

  it('hands a failure on', async () => {
    await expect(endsWithin(1000, Promise.reject(new Error('stuck')))).rejects.toThrow('stuck');
  });
});

describe('exitOf', () => {
  it.each([
    ['config', 2],
    ['input', 1],
    ['permanent', 1],
    ['retryable', 1],
  ] as const)('of fault %s is %i', (fault, code) => {
    expect(exitOf(new TrailhiveError(fault, 'why'))).toEqual({ code, message: 'why' });
  });

  it('asks to report what nobody foresaw, with where it happened', () => {
    const { code, message } = exitOf(new TypeError('x is undefined'));
    expect(code).toBe(1);
    expect(message).toMatch(/^Unexpected failure, please report it: TypeError: x is undefined\n\s+at /);
  });
});
