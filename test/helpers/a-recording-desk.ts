import type { CaseDesk } from '../../src/domain/ports.ts';

/** Which calls of the desk a test lets fail: before the effect, or after it is there. */
export type DeskFault = (call: {
  readonly name: string;
  readonly nth: number;
}) => 'before' | 'after' | undefined;

/**
 * The part of TheHive that playbooks write to, in memory: an effect under a marker
 * that is there already is not made again. Other calls throw.
 */
export function aRecordingDesk(faultOf: DeskFault = () => undefined) {
  const effects: { readonly name: string; readonly marker: string; readonly what: unknown }[] = [];
  let calls = 0;

  const effect = async (name: string, marker: string, what: unknown): Promise<void> => {
    calls++;
    const fault = faultOf({ name, nth: calls });
    if (fault === 'before') throw new Error('the desk cannot be reached');
    if (!effects.some((known) => known.name === name && known.marker === marker)) {
      effects.push({ name, marker, what });
    }
    if (fault === 'after') throw new Error('the connection was cut after the commit');
  };

  const writes: Partial<CaseDesk> = {
    addComment: (place, marker, text) => effect('comment', marker, { place, text }),
    addTask: (caseId, marker, task) => effect('task', marker, { caseId, ...task }),
    addObservables: (place, [observable]) =>
      effect('observable', `${observable?.type}:${observable?.value}`, { place, observable }),
  };
  const desk = new Proxy(writes, {
    get: (target, name) => {
      const write = Reflect.get(target, name) as unknown;
      if (write === undefined) throw new Error(`a playbook has no business with ${String(name)}`);
      return write;
    },
  }) as CaseDesk;
  return { desk, effects, callCount: () => calls };
}
