/**
 * What TheHive holds, without what may differ from run to run (ids, numbers, times of
 * writing, and what is written once by the first look: titles, descriptions and the tasks
 * of a case). Two runs over the same set of events must be equal in it.
 */
import type { CustomFieldValue, Place, State } from '../emulators/thehive/store.ts';
import { on } from '../emulators/thehive/store.ts';

/** One line a fact, sorted: a difference shows as lines that one side lacks. */
export function normalForm(state: State): string[] {
  return [
    ...state.alerts.flatMap((alert) => {
      const name = `alert ${alert.type} ${alert.sourceRef}`;
      const place: Place = { kind: 'alert', id: alert._id };
      return [
        `${name} of ${alert.source}, severity ${alert.severity}, ${alert.stage}`,
        ...factsOf(name, alert),
        ...hanging(name, state, place),
      ];
    }),
    ...state.cases
      .filter(({ stage }) => stage !== 'Closed')
      .flatMap((one) => {
        const alerts = state.alerts
          .filter(({ caseId }) => caseId === one._id)
          .map(({ sourceRef }) => sourceRef);
        const name = `open case of ${alerts.sort().join(' ')}`;
        return [
          `${name}, severity ${one.severity}`,
          ...factsOf(name, one),
          ...hanging(name, state, { kind: 'case', id: one._id }),
          ...state.pages
            .filter(({ caseId }) => caseId === one._id)
            .flatMap((page) =>
              page.content.split('\n').map((line) => `${name}: page ${page.title}: ${line}`),
            ),
        ];
      }),
  ].sort();
}

function factsOf(
  name: string,
  { tags, customFields }: { readonly tags: readonly string[]; readonly customFields: CustomFieldValue[] },
): string[] {
  return [
    ...tags.map((tag) => `${name}: tag ${tag}`),
    ...customFields.map((field) => `${name}: field ${field.name} = ${String(field.value)}`),
  ];
}

function hanging(name: string, state: State, place: Place): string[] {
  return [
    ...on(state.observables, place).map(
      ({ dataType, data, tags }) =>
        `${name}: observable ${dataType} ${data} [${[...tags].sort().join(', ')}]`,
    ),
    ...on(state.procedures, place).map(({ patternId }) => `${name}: procedure ${patternId}`),
  ];
}

const MARKERS = /trailhive:[0-9a-f]{16}/g;

/** Comments and tasks that stand twice on one place: the same marker, or the same text. Must be empty. */
export function toldTwice(state: State): string[] {
  const told = [
    ...state.comments.map(({ parent, message }) => ({ where: `${parent.kind} ${parent.id}`, text: message })),
    ...state.tasks.map((task) => ({
      where: `tasks of case ${task.caseId}`,
      text: `${task.title}\n${task.description ?? ''}`,
    })),
  ];
  const facts = told.flatMap(({ where, text }) => {
    const markers = text.split('\n').at(-1)?.match(MARKERS) ?? [];
    return [
      `${where}: ${text.replaceAll(MARKERS, '')}`,
      ...markers.map((marker) => `${where}: marker ${marker}`),
    ];
  });
  return facts.filter((fact, index) => facts.indexOf(fact) !== index);
}
