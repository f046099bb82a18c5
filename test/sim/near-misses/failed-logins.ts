import type { Person } from '../organisation.ts';
import { HOUR, MINUTE, routine, type Scene, SECOND } from '../routine.ts';
import { signIn } from '../routines/console-day.ts';
import { consoleLogin, identityCenterEvent } from '../sign-in.ts';

/** Mistyped passwords of people. */
export const loginNearMisses = routine('login-near-misses', (scene) => {
  const { org, random } = scene;
  const near = (why: string, act: () => void) => scene.nearMiss('failed-logins', why, act);
  const begin = scene.at(6.8);
  near('two wrong passwords, then the right one', () =>
    signIn(scene, random.pick(org.people), { startedAt: begin, from: 'home', mistakes: 2 }),
  );
  near('three people in the office, one mistake each, within minutes', () => {
    for (const [at, person] of org.people.slice(0, 3).entries())
      failure(scene, person, begin + HOUR + at * 2 * MINUTE);
  });
  near('four mistakes of one person over the whole day', () => {
    const person = random.pick(org.people);
    for (let at = 0; at < 4; at += 1) failure(scene, person, begin + (3 + at * 2) * HOUR);
  });
  near('the old administrator, twice wrong and then right', () => {
    const account = org.accounts.staging;
    const time = begin + 5 * HOUR;
    for (const [at, outcome] of (['Failure', 'Failure', 'Success'] as const).entries())
      scene.note(
        time + at * 20 * SECOND,
        consoleLogin(
          org,
          { account, user: 'otto', time: time + at * 20 * SECOND, outcome, mfa: true },
          random,
        ),
      );
  });
  near('a name that does not exist, once', () => {
    const time = begin + 7 * HOUR;
    scene.note(
      time,
      consoleLogin(
        org,
        {
          account: org.accounts.staging,
          user: 'oto',
          isUnknownName: true,
          time,
          outcome: 'Failure',
          mfa: false,
        },
        random,
      ),
    );
  });
});

function failure(scene: Scene, person: Person, time: number): void {
  const { org, random } = scene;
  const at = {
    time,
    step: 'CredentialVerification',
    outcome: 'Failure',
    from: 'office',
    workflow: random.uuid(),
  } as const;
  scene.note(time, identityCenterEvent(org, person, at, random));
}

export const loginControls = routine('login-controls', (scene) => {
  const { org, random } = scene;
  const time = scene.at(18);
  for (let at = 0; at < 12; at += 1)
    scene.note(
      time + at * 9 * SECOND,
      consoleLogin(
        org,
        {
          account: org.accounts.staging,
          user: 'otto',
          address: '192.0.2.230',
          time: time + at * 9 * SECOND,
          outcome: 'Failure',
          mfa: false,
        },
        random,
      ),
    );
});
