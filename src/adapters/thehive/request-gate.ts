/** Lets a bounded number of requests out at a time; the bound follows how the server bears them. */
export interface RequestGate {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** The server was glad to answer: one more at a time, up to the maximum, after a full round. */
  eased(): void;
  /** The server is under strain: half as many at a time, one at least. */
  strained(): void;
  /** How many may be out now. */
  readonly width: number;
}

/** Additive increase, multiplicative decrease between 1 and `max`. Waiting requests go out in order. */
export function createRequestGate(max: number): RequestGate {
  let width = max;
  let out = 0;
  const waiting: (() => void)[] = [];

  const enter = async (): Promise<void> => {
    if (out < Math.floor(width)) {
      out += 1;
      return;
    }
    // Whoever leaves hands its place over, so `out` is already right on return.
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const letIn = () => {
    while (out < Math.floor(width)) {
      const next = waiting.shift();
      if (next === undefined) return;
      out += 1;
      next();
    }
  };

  return {
    async run(work) {
      await enter();
      try {
        return await work();
      } finally {
        out -= 1;
        letIn();
      }
    },
    eased() {
      width = Math.min(max, width + 1 / width);
      letIn();
    },
    strained() {
      width = Math.max(1, width / 2);
    },
    get width() {
      return Math.floor(width);
    },
  };
}
