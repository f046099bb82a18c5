import type { CloudTrailRecord } from '../../src/domain/event.ts';
import type { Organisation } from './organisation.ts';
import { type Random, randomOf } from './random.ts';
import { type Actor, type Call, recordOf } from './record.ts';

/** The eleven detections, by what they look for. */
export const DETECTIONS = [
  'trail-stopped',
  'group-opened',
  'root-activity',
  'expensive-instances',
  'events-stop',
  'bucket-public',
  'many-instances',
  'failed-logins',
  'many-denials',
  'password-changes',
  'unknown-image',
] as const;

export type Detection = (typeof DETECTIONS)[number];

/** A record, and what it is part of. The label is beside the record: no rule sees it. */
export interface Happening {
  readonly time: number;
  readonly record: CloudTrailRecord;
  readonly routine: string;
  /** Set where it comes near to a detection without being what it looks for. */
  readonly nearMiss?: NearMiss;
}

export interface NearMiss {
  readonly detection: Detection;
  /** All records of one near miss share it. */
  readonly id: string;
  /** Why it is none: a sentence for people. */
  readonly why: string;
}

export interface Day {
  /** 0 is the first. */
  readonly index: number;
  /** Midnight UTC, epoch ms. */
  readonly start: number;
  /** Not Saturday, not Sunday. */
  readonly isWorkday: boolean;
}

/** Something that people or machines do on days. A pure function of organisation and day. */
export interface Routine {
  readonly name: string;
  happenings(org: Organisation, day: Day): readonly Happening[];
}

/** Writes down what actors do. */
export interface Scene {
  readonly org: Organisation;
  readonly day: Day;
  readonly random: Random;
  readonly out: Happening[];
  /** Time of the day, in hours UTC, with a jitter of some seconds. */
  at(hour: number): number;
  call(actor: Actor, time: number, call: Call): CloudTrailRecord;
  /** A record that is ready. */
  note(time: number, record: CloudTrailRecord): void;
  /** Calls by `act` are those of one near miss. */
  nearMiss(detection: Detection, why: string, act: () => void): void;
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A routine that plays a scene a day. */
export function routine(name: string, play: (scene: Scene) => void): Routine {
  return {
    name,
    happenings: (org, day) => {
      const random = randomOf(org.seed, name, day.index);
      const out: Happening[] = [];
      let near: NearMiss | undefined;
      let count = 0;
      const note = (time: number, record: CloudTrailRecord) => {
        const whole = Math.floor(time / SECOND) * SECOND;
        out.push({ time: whole, record, routine: name, ...(near === undefined ? {} : { nearMiss: near }) });
      };
      play({
        org,
        day,
        random,
        out,
        at: (hour) => day.start + Math.floor(hour * HOUR) + random.int(0, 40) * SECOND,
        call: (actor, time, call) => {
          const record = recordOf(actor, call, time, random);
          note(time, record);
          return record;
        },
        note,
        nearMiss: (detection, why, act) => {
          count += 1;
          near = { detection, why, id: `${name}/${day.index}/${count}` };
          act();
          near = undefined;
        },
      });
      return out;
    },
  };
}

/** Days from a midnight UTC on. */
export function daysFrom(start: number, count: number): Day[] {
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * DAY;
    const weekday = new Date(at).getUTCDay();
    return { index, start: at, isWorkday: weekday !== 0 && weekday !== 6 };
  });
}

/** Everything that the routines do on the days, in order of time. Equal arguments give equal happenings. */
export function play(
  org: Organisation,
  routines: readonly Routine[],
  days: readonly Day[],
): readonly Happening[] {
  return days
    .flatMap((day) => routines.flatMap((each) => each.happenings(org, day)))
    .sort((a, b) => a.time - b.time);
}
