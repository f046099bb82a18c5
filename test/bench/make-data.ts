/** Makes the data in a process of its own: what it leaves in memory would slow down what is measured. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBenchData } from './data.ts';

const [folder = '', bytes = '0'] = process.argv.slice(2);
writeFileSync(join(folder, 'data.json'), JSON.stringify(createBenchData(folder, Number(bytes))));
