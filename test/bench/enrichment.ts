import { fileURLToPath } from 'node:url';
import type * as RuleFolder from '../../src/adapters/files/rule-folder.ts';
import type * as AppPlaces from '../../src/app/places.ts';
import type {
  CloudTrailEvent,
  CloudTrailRecord,
  EnrichedEvent,
  EventContext,
} from '../../src/domain/event.ts';
import type * as Context from '../../src/language/context.ts';
import type * as Decode from '../../src/pipeline/decode/decode.ts';
import type * as Detect from '../../src/pipeline/detect/detect.ts';
import type * as Enrich from '../../src/pipeline/enrich/enrich.ts';
import { contextTexts } from '../sim/company.ts';
import { fortnight } from '../sim/fortnight.ts';
import { createOrganisation } from '../sim/organisation.ts';
import { built } from './built.ts';
import { atMost, cpuMs, inTurns, type Row } from './measure.ts';

const { loadRules } = await built<typeof RuleFolder>('adapters/files/rule-folder.js');
const { openPlaces } = await built<typeof AppPlaces>('app/places.js');
const { parseContext } = await built<typeof Context>('language/context.js');
const { decodeRecords } = await built<typeof Decode>('pipeline/decode/decode.js');
const { createDetect } = await built<typeof Detect>('pipeline/detect/detect.js');
const { createEnrich } = await built<typeof Enrich>('pipeline/enrich/enrich.js');

const START = Date.UTC(2026, 8, 7);
const TURNS = 7;
/** Of the fortnight's records, one in so many: some 27,000 of all its days. */
const EVERY = 4;
const RULES = fileURLToPath(new URL('../../rules', import.meta.url));

/**
 * Our own rules on a simulated company's log, from its JSON to findings, with all that
 * the company and the place data know: once as a batch goes through, and once on events
 * whose context is there already. The difference is what enriching costs.
 */
export async function enrichment(): Promise<Row[]> {
  const org = createOrganisation(1);
  const company = parseContext(contextTexts(org)).context;
  const places = openPlaces();
  places.load();
  const { ruleSet } = await loadRules([RULES]);
  const detect = createDetect(ruleSet, company);
  const enrich = createEnrich(company, places);
  const all = fortnight(org, START).filter((_, at) => at % EVERY === 0);
  const texts = all.map(({ record }) => JSON.stringify(record));
  const contexts = eventsOf(texts).map((event) => contextOf(enrich(event)));
  const ms = await inTurns(
    {
      detect: () =>
        detect(eventsOf(texts).map((event, at) => ({ ...event, context: contexts[at] as EventContext }))),
      both: () => detect(eventsOf(texts).map(enrich)),
    },
    cpuMs,
    TURNS,
  );
  return [atMost('enrichment', 'ms', ms.both, ms.detect, 1.25)];
}

function eventsOf(texts: readonly string[]): CloudTrailEvent[] {
  const records = texts.map((text) => JSON.parse(text) as CloudTrailRecord);
  return [...decodeRecords(records, { id: 'bench', deliveredAt: START + 15 * 86_400_000 }).events];
}

/** Everything that could be asked for, worked out. */
function contextOf({ context }: EnrichedEvent): EventContext {
  return structuredClone({ ...context });
}
