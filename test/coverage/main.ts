/** `npm run coverage`: what the rules find, miss and make noise about. Exit 1 where a target is missed, 2 without data. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadRules } from '../../src/adapters/files/rule-folder.ts';
import { dataFolder, hasData } from './data.ts';
import { LABELLED_SETS, type LabelledSet, readExceptions, readLabels, runLabelled } from './labelled.ts';
import { measureBoogy, measureControls, measureFortnight, measureWeek, readJudgements } from './noise.ts';
import { attackTable, type Measured, reportText, targetsOf } from './report.ts';
import { measureStratus } from './stratus-techniques.ts';

const { values: options } = parseArgs({ options: { json: { type: 'boolean' }, help: { type: 'boolean' } } });
if (options.help === true) {
  console.log(
    'npm run coverage [-- --json]\n\nExit codes: 0 all targets met, 1 one is missed, 2 the data beside the repository is missing.',
  );
  process.exit(0);
}
if (!hasData()) {
  console.error(`coverage: the data beside the repository is missing (${dataFolder}).`);
  process.exit(2);
}

const { ruleSet, problems } = await loadRules([fileURLToPath(new URL('../../rules', import.meta.url))]);
if (problems.length > 0) throw new Error(JSON.stringify(problems, null, 2));
const labels = readLabels(ruleSet);
const exceptions = readExceptions();
const judgements = readJudgements();
const labelled = new Map<LabelledSet, Awaited<ReturnType<typeof runLabelled>>>();
for (const set of LABELLED_SETS) labelled.set(set, await runLabelled(set, ruleSet, labels, exceptions));
const measured: Measured = {
  ruleSet,
  labelled,
  stratus: await measureStratus(ruleSet),
  noise: [await measureBoogy(ruleSet, judgements), await measureWeek(ruleSet, judgements)],
  fortnight: await measureFortnight(ruleSet, judgements),
  controls: await measureControls(ruleSet),
};
const targets = targetsOf(measured);
if (options.json === true) {
  const { stratus, noise, fortnight, controls } = measured;
  const plain = {
    targets,
    stratus,
    labelled: Object.fromEntries(labelled),
    noise,
    fortnight,
    controls,
    attack: attackTable(measured),
  };
  console.log(JSON.stringify(plain, (key, value) => (key === 'eventsOf' ? undefined : value), 2));
} else {
  console.log(reportText(measured));
}
process.exitCode = targets.every(({ ok }) => ok) ? 0 : 1;
