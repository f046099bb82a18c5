import type { DueWindow, WindowAdd, WindowStore } from '../../domain/ports.ts';

interface Due extends DueWindow {
  readonly at: number;
}

/** The times of groups at which windows may be decided. */
export function createDueWindows() {
  const due = new Map<string, Due>();
  let claims = 0;
  return {
    remind(
      { ruleId, group }: WindowAdd,
      { afterMs, values }: NonNullable<WindowAdd['settle']>,
      times: readonly number[],
    ): void {
      for (const time of new Set(times)) {
        const name = nameOf({ ruleId, group, time });
        due.set(name, { ruleId, group, values, time, claim: '', at: time + afterMs });
      }
    },

    claim(now: number, { limit, withinMs }: Parameters<WindowStore['due']>[1]): readonly DueWindow[] {
      const ready = [...due.values()].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      const end = (ready[0]?.at ?? 0) + withinMs;
      claims += 1;
      const found = ready.slice(0, limit).filter(({ at }) => at < end);
      return found.map((each) => {
        const claimed = { ...each, claim: String(claims) };
        due.set(nameOf(each), claimed);
        const { at: _, ...window } = claimed;
        return window;
      });
    },

    decided(windows: readonly DueWindow[]): void {
      for (const window of windows)
        if (due.get(nameOf(window))?.claim === window.claim) due.delete(nameOf(window));
    },
  };
}

function nameOf({ ruleId, group, time }: Pick<DueWindow, 'ruleId' | 'group' | 'time'>): string {
  return `${ruleId}\n${group}\n${time}`;
}
