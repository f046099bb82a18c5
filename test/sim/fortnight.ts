import { bucketControls, bucketNearMisses } from './near-misses/bucket-public.ts';
import { silenceNearMisses } from './near-misses/events-stop.ts';
import { expensiveControls, expensiveNearMisses } from './near-misses/expensive-instances.ts';
import { loginControls, loginNearMisses } from './near-misses/failed-logins.ts';
import { groupControls, groupNearMisses } from './near-misses/group-opened.ts';
import { denialControls, denialNearMisses } from './near-misses/many-denials.ts';
import { manyInstancesControls, manyInstancesNearMisses } from './near-misses/many-instances.ts';
import { passwordControls, passwordNearMisses } from './near-misses/password-changes.ts';
import { rootControls, rootNearMisses } from './near-misses/root-activity.ts';
import { trailControls, trailNearMisses } from './near-misses/trail-stopped.ts';
import { imageControls, imageNearMisses } from './near-misses/unknown-image.ts';
import type { Organisation } from './organisation.ts';
import { type Detection, daysFrom, type Happening, play, type Routine } from './routine.ts';
import { autoscaling, nightlyBatch } from './routines/autoscaling.ts';
import { backups } from './routines/backups.ts';
import { byHand } from './routines/by-hand.ts';
import { consoleDays } from './routines/console-day.ts';
import { deployments } from './routines/deployments.ts';
import { newRegion } from './routines/new-region.ts';
import { operations } from './routines/operations.ts';
import { securityTools } from './routines/security-tools.ts';
import { terraform } from './routines/terraform.ts';
import { services, workloads } from './routines/workloads.ts';

/** What a company does on ordinary days. */
export const DAILY_WORK: readonly Routine[] = [
  workloads,
  services,
  terraform,
  consoleDays,
  autoscaling,
  nightlyBatch,
  deployments,
  backups,
  securityTools,
  operations,
  newRegion,
  byHand,
];

/** What comes near to each of the eleven detections, every day. */
export const NEAR_MISSES: readonly Routine[] = [
  trailNearMisses,
  groupNearMisses,
  rootNearMisses,
  expensiveNearMisses,
  silenceNearMisses,
  bucketNearMisses,
  manyInstancesNearMisses,
  loginNearMisses,
  denialNearMisses,
  passwordNearMisses,
  imageNearMisses,
];

/** What each detection is for, in the same world: it shows that silence on near misses is no deafness. A silence is made by leaving events out. */
export const CONTROLS: readonly {
  readonly detection: Exclude<Detection, 'events-stop'>;
  readonly routine: Routine;
}[] = [
  { detection: 'trail-stopped', routine: trailControls },
  { detection: 'group-opened', routine: groupControls },
  { detection: 'root-activity', routine: rootControls },
  { detection: 'expensive-instances', routine: expensiveControls },
  { detection: 'bucket-public', routine: bucketControls },
  { detection: 'many-instances', routine: manyInstancesControls },
  { detection: 'failed-logins', routine: loginControls },
  { detection: 'many-denials', routine: denialControls },
  { detection: 'password-changes', routine: passwordControls },
  { detection: 'unknown-image', routine: imageControls },
];

export const FORTNIGHT_DAYS = 14;

/** A benign fortnight from a midnight UTC on, best a Monday's. Equal arguments give equal happenings. */
export function fortnight(org: Organisation, start: number): readonly Happening[] {
  return play(org, [...DAILY_WORK, ...NEAR_MISSES], daysFrom(start, FORTNIGHT_DAYS));
}
