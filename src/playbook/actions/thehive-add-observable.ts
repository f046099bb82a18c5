import Type from 'typebox';
import { defineAction, placeOf } from '../action.ts';

const params = Type.Object(
  {
    type: Type.Enum([
      'ip',
      'user-agent',
      'domain',
      'aws-account',
      'aws-principal',
      'aws-access-key',
      'aws-resource',
    ]),
    value: Type.String({ minLength: 1, maxLength: 4096 }),
    tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { maxItems: 20 })),
  },
  { additionalProperties: false },
);

/** Adds an observable to the case, or to the alert while it has none. One that is there stays as it is. */
export const thehiveAddObservable = defineAction(params, {
  name: 'thehive.add-observable',
  risk: 'notify',
  simulate: ({ type, value }, subject) =>
    `would add the observable ${type} ${value} to the ${placeOf(subject).kind}`,
  async run(subject, { type, value, tags = [] }, { desk }) {
    const place = placeOf(subject);
    const sorted = [...new Set(tags)].sort();
    const firstSeen = subject.alert.firstSeen;
    await desk.addObservables(place, [{ type, value, tags: sorted, firstSeen }]);
    return { summary: `added the observable ${type} ${value} to the ${place.kind}`, data: { type, value } };
  },
});
