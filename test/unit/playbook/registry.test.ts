import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { actions } from '../../../src/playbook/registry.ts';

it('registers every file of actions/ under its file name', () => {
  const files = readdirSync('src/playbook/actions').map((file) => file.replace('.ts', ''));
  expect(actions.map(({ name }) => name.replaceAll('.', '-')).sort()).toEqual(files.sort());
});

it('closes the parameters of every action, so that a misspelt one is told', () => {
  for (const action of actions)
    expect(action.params).toMatchObject({ type: 'object', additionalProperties: false });
});
