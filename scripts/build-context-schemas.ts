/** Writes context/schema/*.json anew: run it after a change of what context files may hold. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { publishedSchemas } from '../src/language/context/published-schemas.ts';

const folder = resolve(import.meta.dirname, '../context/schema');
mkdirSync(folder, { recursive: true });
for (const { name, text } of publishedSchemas()) writeFileSync(resolve(folder, name), text);
