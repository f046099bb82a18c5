/** Where a command writes: results on standard output, everything else on standard error. */
export interface Terminal {
  /** One line of result. */
  out(line: string): void;
  /** One line for the person who waits. */
  say(line: string): void;
  /** Colours where standard error is a terminal and NO_COLOR is not set; else the bare text. */
  readonly paint: Readonly<Record<Paint, (text: string) => string>>;
  /** Characters that fit on a line, for tables; never too few to say anything. */
  readonly width: number;
  /** A bar that redraws itself on a terminal, and a line now and then elsewhere. */
  progress(label: string): Progress;
}

export type Paint = 'bold' | 'soft' | 'good' | 'bad' | 'warn';

export interface Progress {
  /** `total` 0: not known yet. */
  update(done: number, total: number): void;
  /** Takes the bar away, so that other lines can be written; the next update brings it back. */
  clear(): void;
  end(summary: string): void;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface TerminalOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
}

const CODES: Readonly<Record<Paint, string>> = { bold: '1', soft: '2', good: '32', bad: '31', warn: '33' };
const BAR_WIDTH = 28;
/** Of a terminal that does not know its own width (0), as some pseudo terminals do. */
const USUAL_WIDTH = 80;
const LEAST_WIDTH = 60;
/** Where no terminal sets one: log viewers and files. */
const PIPE_WIDTH = 120;
/** On a pipe: a line at most this often. */
const LINE_EVERY_MS = 5000;

export function createTerminal({ stdout, stderr, environment, now }: TerminalOptions): Terminal {
  const isTerminal = stderr.isTTY === true;
  const coloured = isTerminal && (environment['NO_COLOR'] ?? '') === '';
  const painter = (code: string) => (text: string) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);
  const say = (line: string) => stderr.write(`${line}\n`);
  return {
    out: (line) => stdout.write(`${line}\n`),
    say,
    paint: {
      bold: painter(CODES.bold),
      soft: painter(CODES.soft),
      good: painter(CODES.good),
      bad: painter(CODES.bad),
      warn: painter(CODES.warn),
    },
    width: isTerminal ? Math.max(LEAST_WIDTH, columnsOf(stderr)) : PIPE_WIDTH,
    progress: (label) => (isTerminal ? bar(label, stderr) : lines(label, say, now)),
  };
}

function columnsOf({ columns = 0 }: Stream): number {
  return columns > 0 ? columns : USUAL_WIDTH;
}

function bar(label: string, stderr: Stream): Progress {
  const draw = (text: string) => stderr.write(`\r\u001b[2K${text.slice(0, columnsOf(stderr) - 1)}`);
  return {
    update: (done, total) => {
      const share = total > 0 ? Math.min(1, done / total) : 0;
      const filled = Math.round(share * BAR_WIDTH);
      draw(`${label} ${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${done}/${total}`);
    },
    clear: () => draw(''),
    end: (summary) => {
      draw(`${label} ${summary}`);
      stderr.write('\n');
    },
  };
}

function lines(label: string, say: (line: string) => void, now: () => number): Progress {
  let saidAt = now();
  return {
    update: (done, total) => {
      if (now() - saidAt < LINE_EVERY_MS) return;
      saidAt = now();
      say(`${label} ${done}/${total}`);
    },
    clear: () => undefined,
    end: (summary) => say(`${label} ${summary}`),
  };
}
