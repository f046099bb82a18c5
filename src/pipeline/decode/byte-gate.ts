/**
 * Which records of a text need to be parsed at all, judged by their bytes. It lets
 * through what it is not sure of: a record that it leaves out shows nothing that any
 * rule needs. It takes for granted that no object writes one key twice, which AWS
 * never does. What it leaves out is not parsed: nobody learns whether it is sound.
 */
import type { Witness } from '../../language/sigma/witness.ts';
import { canJudge, createRecordJudge, type Judged, MAX_NEEDLES, type Needle } from './record-judge.ts';

export interface ByteGate {
  /** Whether it is likely to save more than it costs on the next `bytes` bytes. */
  isOpenFor(bytes: number): boolean;
  /** The region holds records one after the other, each starting with `"eventVersion"`, as AWS writes them. */
  judgeRecords(region: Buffer): Judged;
  /** The region holds one record a line. */
  judgeLines(region: Buffer): Judged;
}

/** Above this share of records that must be parsed, parsing all of them at once is cheaper. */
const WORTHWHILE_SHARE = 0.6;
const FIRST_REST_BYTES = 4 * 1024 * 1024;
const LONGEST_REST_BYTES = 256 * 1024 * 1024;
/** Records that say enough to change one's mind. */
const ENOUGH_RECORDS = 256;

/** A longer region is parsed as it is: no record of CloudTrail comes near, and judging holds it twice. */
const MAX_REGION_BYTES = 1024 * 1024;

/**
 * Builds a gate for the records that show the witness; undefined where it would cost
 * more than it saves, or cannot be built on this machine. It watches how many pass and
 * rests where it cannot win, longer each time it is wrong again.
 */
export function createByteGate(witness: Witness): ByteGate | undefined {
  const needles = needlesOf(witness);
  if (needles.length > MAX_NEEDLES || !canJudge()) return undefined;
  const judge = createJudge(witness, needles);
  let restBytes = 0;
  let nextRestBytes = FIRST_REST_BYTES;
  let seen = 0;
  let passed = 0;
  const learn = (judged: Judged): Judged => {
    seen += judged.seen;
    passed += judged.starts.length;
    if (seen < ENOUGH_RECORDS) return judged;
    if (passed <= seen * WORTHWHILE_SHARE) nextRestBytes = FIRST_REST_BYTES;
    else {
      restBytes = nextRestBytes;
      nextRestBytes = Math.min(LONGEST_REST_BYTES, nextRestBytes * 2);
    }
    seen = 0;
    passed = 0;
    return judged;
  };
  return {
    isOpenFor(bytes) {
      const isOpen = restBytes <= 0 && bytes <= MAX_REGION_BYTES;
      restBytes = Math.max(0, restBytes - bytes);
      return isOpen;
    },
    judgeRecords: (region) => learn(judge(region, false)),
    judgeLines: (region) => learn(judge(region, true)),
  };
}

/**
 * A record passes that shows a text of the witness, whose one `"eventName"` is among its
 * names, or whose `userIdentity.type` is among its types; and one of which the bytes
 * are not sure: it has no or several keys `"eventName"`, writes a character as an escape
 * or with a letter that folds to ASCII, or is no object from its first byte to its last.
 */
function needlesOf({ identityTypes, texts }: Witness): readonly Needle[] {
  return [
    { text: VERSION_KEY.toLowerCase(), kind: 'version' },
    { text: '"eventname"', kind: 'name' },
    // For records that do not begin as AWS writes them.
    ...[...identityTypes].map((type): Needle => ({ text: `"${type}"`, kind: 'type' })),
    ...[...texts].map((text): Needle => ({ text, kind: 'passes' })),
  ];
}

const VERSION_KEY = '{"eventVersion":"';
const IDENTITY_KEY = ',"userIdentity":{"type":"';

function createJudge({ eventNames, identityTypes }: Witness, needles: readonly Needle[]) {
  const options = {
    needles,
    eventNames,
    identityTypes,
    versionKey: VERSION_KEY,
    identityKey: IDENTITY_KEY,
  };
  let judge: ReturnType<typeof createRecordJudge> | undefined;
  return (region: Buffer, byLine: boolean): Judged => {
    judge ??= createRecordJudge(options, region);
    return judge(region, byLine);
  };
}
