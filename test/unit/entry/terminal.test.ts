import { describe, expect, it } from 'vitest';
import { createTerminal } from '../../../src/entry/cli/terminal.ts';

interface Setting {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

function aTerminal({ isTTY, columns, environment = {} }: Setting = {}) {
  const written = { out: [] as string[], err: [] as string[] };
  const clock = { now: 0 };
  const stderr = {
    write: (text: string) => written.err.push(text),
    ...(isTTY === undefined ? {} : { isTTY }),
    ...(columns === undefined ? {} : { columns }),
  };
  const stdout = { write: (text: string) => written.out.push(text) };
  const terminal = createTerminal({ stdout, stderr, environment, now: () => clock.now });
  return { terminal, written, clock };
}

describe('where a command writes', () => {
  it('keeps results on standard output and everything else on standard error', () => {
    const { terminal, written } = aTerminal();
    terminal.out('result');
    terminal.say('remark');
    expect(written).toEqual({ out: ['result\n'], err: ['remark\n'] });
  });
});

describe('colours', () => {
  it('are there on a terminal', () => {
    expect(aTerminal({ isTTY: true }).terminal.paint.bad('no')).toBe('\u001b[31mno\u001b[0m');
  });

  it.each([
    ['on a pipe', {}],
    ['with NO_COLOR', { isTTY: true, environment: { NO_COLOR: '1' } }],
  ])('are not there %s', (_where, setting) => {
    expect(aTerminal(setting).terminal.paint.bad('no')).toBe('no');
  });

  it('stay where NO_COLOR is empty, as its convention says', () => {
    expect(aTerminal({ isTTY: true, environment: { NO_COLOR: '' } }).terminal.paint.good('yes')).toContain(
      '\u001b[32m',
    );
  });
});

describe('progress on a terminal', () => {
  it('redraws one line in place and ends it with a line break', () => {
    const { terminal, written } = aTerminal({ isTTY: true, columns: 80 });
    const progress = terminal.progress('records');
    progress.update(1, 4);
    progress.update(4, 4);
    progress.end('4 of 4 processed');
    expect(written.err).toEqual([
      `\r\u001b[2Krecords ${'█'.repeat(7)}${'░'.repeat(21)} 1/4`,
      `\r\u001b[2Krecords ${'█'.repeat(28)} 4/4`,
      '\r\u001b[2Krecords 4 of 4 processed',
      '\n',
    ]);
  });

  it('shows an empty bar while the total is not known', () => {
    const { terminal, written } = aTerminal({ isTTY: true, columns: 80 });
    terminal.progress('records').update(0, 0);
    expect(written.err[0]).toContain(`${'░'.repeat(28)} 0/0`);
  });

  it('never goes past the edge, where it could not be redrawn', () => {
    const { terminal, written } = aTerminal({ isTTY: true, columns: 20 });
    terminal.progress('records').update(4, 4);
    expect(written.err[0]).toBe(`\r\u001b[2Krecords ${'█'.repeat(11)}`);
  });

  it('cuts nothing off where the terminal does not know its width', () => {
    const { terminal, written } = aTerminal({ isTTY: true, columns: 0 });
    terminal.progress('records').end('275 of 275 processed');
    expect(written.err[0]).toBe('\r\u001b[2Krecords 275 of 275 processed');
  });
});

describe('progress on a pipe', () => {
  it('says a line every five seconds, and the summary', () => {
    const { terminal, written, clock } = aTerminal();
    const progress = terminal.progress('records');
    for (let second = 1; second <= 11; second += 1) {
      clock.now = second * 1000;
      progress.update(second, 20);
    }
    progress.end('20 of 20 processed');
    expect(written.err).toEqual(['records 5/20\n', 'records 10/20\n', 'records 20 of 20 processed\n']);
  });
});

describe('width', () => {
  it.each([
    [{ isTTY: true, columns: 132 }, 132],
    [{ isTTY: true, columns: 0 }, 80],
    [{ isTTY: true, columns: 10 }, 60],
    [{}, 120],
  ])('of %j is %i', (setting, width) => {
    expect(aTerminal(setting).terminal.width).toBe(width);
  });
});
