import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { expect, it } from 'vitest';
import { packageFolder } from '../../../src/app/package-folder.ts';

it.each(['rules', 'playbooks', 'templates'])('finds the %s that come with trailhive', (name) => {
  expect(isAbsolute(packageFolder(name))).toBe(true);
  expect(existsSync(packageFolder(name))).toBe(true);
});

it('is the folder of the package itself for a dot', () => {
  expect(existsSync(join(packageFolder('.'), 'package.json'))).toBe(true);
});
