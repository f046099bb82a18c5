import { describe, expect, it } from 'vitest';
import { createMemoryAlerts } from '../../../src/adapters/memory/alerts.ts';
import { createMemorySuppressions } from '../../../src/adapters/memory/suppressions.ts';
import type { JournalEntry } from '../../../src/domain/journal.ts';
import type { DeskPlace } from '../../../src/domain/ports.ts';
import type { Verdict } from '../../../src/domain/suppression.ts';
import {
  createPollVerdicts,
  createPromoteSuppressions,
  createReadVerdict,
} from '../../../src/jobs/read-verdict.ts';
import { defaultProfile, demoProfile } from '../../../src/pipeline/suppress/profiles.ts';
import { DAY, MINUTE, TEN_O_CLOCK } from '../../helpers/a-finding.ts';
import { aSuppression, aVerdict } from '../../helpers/a-suppression.ts';
import { anAlert } from '../../helpers/an-alert.ts';

const NOW = TEN_O_CLOCK + DAY;
const PLACE: DeskPlace = { kind: 'case', id: '~8200' };

/** A desk that answers `verdict` and writes a comment of one marker once. */
async function aRoom(verdict: Verdict | undefined, options: { failComment?: boolean } = {}) {
  const alert = anAlert();
  const alerts = createMemoryAlerts();
  await alerts.write(alert, 0);
  const state = { verdict, failComment: options.failComment ?? false };
  const comments = new Map<string, string>();
  const journal: JournalEntry[] = [];
  const counted: string[] = [];
  const suppressions = createMemorySuppressions();
  const deps = {
    desk: {
      ownLogin: async () => 'trailhive@soc.example',
      readVerdict: async () => state.verdict && { ...state.verdict, fingerprints: [alert.fingerprint] },
      addComment: async (place: DeskPlace, marker: string, text: string) => {
        if (state.failComment) throw new Error('TheHive is away');
        comments.set(`${place.kind} ${place.id} ${marker}`, text);
      },
    },
    alerts,
    suppressions,
    journal: { append: async (entries: readonly JournalEntry[]) => void journal.push(...entries) },
    metrics: {
      count: (name: string, labels?: Readonly<Record<string, string>>) =>
        void counted.push([name, ...Object.values(labels ?? {})].join(' ')),
    },
    log: { info: () => {} },
    now: () => NOW,
    profile: demoProfile,
  };
  return { deps, state, comments, journal, counted, suppressions, read: createReadVerdict(deps) };
}

describe('a false positive', () => {
  it('leaves a suppression, its journal entry and one comment, however often it is read', async () => {
    const room = await aRoom(aVerdict());
    await room.read(PLACE);
    await room.read(PLACE);
    const [suppression, ...others] = await room.suppressions.list();
    expect(others).toEqual([]);
    expect(suppression?.state).toBe('active');
    expect(room.journal.map((entry) => entry.kind === 'suppression' && entry.suppression.id)).toEqual([
      suppression?.id,
    ]);
    expect(room.comments.size).toBe(1);
    const [text] = room.comments.values();
    expect(text).toContain('**trailhive: suppression active.**');
    expect(text).toContain('- Principal: `arn:aws:iam::111122223333:user/alice`');
    expect(text).toContain('- network: `198.51.100.0/24`');
    expect(text).toContain(`- Expires: ${new Date(NOW + 14 * DAY).toISOString()}`);
    expect(text).toContain('open this again');
  });

  it('whose comment failed is commented on by the next reading', async () => {
    const room = await aRoom(aVerdict(), { failComment: true });
    await expect(room.read(PLACE)).rejects.toThrow('TheHive is away');
    room.state.failComment = false;
    await room.read(PLACE);
    expect(room.comments.size).toBe(1);
    expect((await room.suppressions.list()).length).toBe(1);
  });

  it('is in the journal before it is in force', async () => {
    const room = await aRoom(aVerdict());
    const failing = { append: () => Promise.reject(new Error('disk full')) };
    await expect(createReadVerdict({ ...room.deps, journal: failing })(PLACE)).rejects.toThrow('disk full');
    expect(await room.suppressions.list()).toEqual([]);
  });

  it('by trailhive’s own login is ignored and counted', async () => {
    const room = await aRoom(aVerdict({ by: 'trailhive@soc.example' }));
    await room.read(PLACE);
    expect(await room.suppressions.list()).toEqual([]);
    expect(room.comments.size).toBe(0);
    expect(room.counted).toEqual(['verdicts_ignored own-login']);
  });

  it('that may not hide anything is told why, once', async () => {
    const room = await aRoom(aVerdict());
    const high = createReadVerdict({
      ...room.deps,
      alerts: { read: async () => ({ alert: anAlert({ severity: 'high' }), revision: 1 }) },
    });
    await high(PLACE);
    await high(PLACE);
    expect([...room.comments.values()].map((text) => text.split('\n')[0])).toEqual([
      '**trailhive: nothing will be hidden.**',
    ]);
  });
});

describe('reopening', () => {
  it.each(['ana@soc.example', 'trailhive@soc.example'])('withdraws it and says so (by %s)', async (by) => {
    const room = await aRoom(aVerdict());
    await room.read(PLACE);
    room.state.verdict = aVerdict({ kind: 'open', at: aVerdict().at + MINUTE, by });
    await room.read(PLACE);
    expect((await room.suppressions.list()).map(({ state }) => state)).toEqual(['revoked']);
    expect([...room.comments.values()].at(-1)).toContain('Withdrawn');
    expect(room.journal.length).toBe(2);
  });
});

it('believes nothing that TheHive does not confirm', async () => {
  const room = await aRoom(undefined);
  await room.read(PLACE);
  expect(await room.suppressions.list()).toEqual([]);
  expect(room.counted).toEqual([]);
});

it('writes attacker-made text as one line of code', async () => {
  const room = await aRoom(aVerdict());
  const actor = { ...anAlert().evidence[0]!.actor, principal: 'a`\n# **owned**' };
  const alerts = { read: async () => ({ alert: anAlert({ event: { actor } }), revision: 1 }) };
  await createReadVerdict({ ...room.deps, alerts })(PLACE);
  expect([...room.comments.values()][0]).toContain("- Principal: `a' # **owned**`");
});

describe('the end of shadow', () => {
  it('is stored, journalled and told to every subject', async () => {
    const room = await aRoom(undefined);
    const evidence = ['~1', '~2'].map((id) => ({
      subject: { kind: 'case' as const, id },
      fingerprint: `v1-${id}`,
      by: 'ana',
      at: 1,
    }));
    const expiresAt = NOW + DAY;
    await room.suppressions.put(
      aSuppression({ state: 'shadow', stateAt: NOW - 7 * DAY, expiresAt, evidence }),
    );
    const promote = createPromoteSuppressions({ ...room.deps, profile: defaultProfile });
    expect((await promote()).length).toBe(1);
    expect(await promote()).toEqual([]);
    expect((await room.suppressions.list()).map(({ state }) => state)).toEqual(['active']);
    expect(room.journal.length).toBe(1);
    expect([...room.comments.keys()].map((key) => key.split(' ')[1])).toEqual(['~1', '~2']);
  });
});

describe('polling', () => {
  function aPoll(changes: readonly { id: string; updatedAt: number }[]) {
    const asked: number[] = [];
    const hints: string[] = [];
    const notes = new Map<string, string>();
    const poll = createPollVerdicts({
      desk: {
        changedSince: async (since, limit) => {
          asked.push(since);
          return changes
            .filter(({ updatedAt }) => updatedAt >= since)
            .slice(0, limit)
            .map(({ id, updatedAt }) => ({ place: { kind: 'case', id }, updatedAt }));
        },
      },
      notes: {
        get: async (name) => notes.get(name),
        set: async (name, value) => void notes.set(name, value),
      },
      queue: { addVerdictHints: async (items) => void hints.push(...items.map(({ id }) => id)) },
      now: () => NOW,
      overlapMs: MINUTE,
      lookBackMs: DAY,
    });
    return { poll, asked, hints };
  }

  it('begins a while back and then at the last change, with overlap', async () => {
    const { poll, asked, hints } = aPoll([
      { id: '~old', updatedAt: NOW - 2 * DAY },
      { id: '~1', updatedAt: NOW - 5 * MINUTE },
    ]);
    expect(await poll()).toBe(1);
    await poll();
    expect(asked).toEqual([NOW - DAY - MINUTE, NOW - 6 * MINUTE]);
    expect(hints).toEqual(['~1', '~1']);
  });

  it('keeps the cursor where nothing changed', async () => {
    const { poll, asked } = aPoll([]);
    await poll();
    await poll();
    expect(asked).toEqual([NOW - DAY - MINUTE, NOW - DAY - MINUTE]);
  });

  it('reads page after page, also where more than a page changed in one instant', async () => {
    const many = Array.from({ length: 250 }, (_, at) => ({ id: `~${at}`, updatedAt: NOW - 250 + at }));
    const { poll, hints } = aPoll(many);
    await poll();
    expect(new Set(hints).size).toBe(250);
    const instant = Array.from({ length: 150 }, (_, at) => ({ id: `~${at}`, updatedAt: NOW }));
    const busy = aPoll(instant);
    await busy.poll();
    expect(new Set(busy.hints).size).toBe(150);
  });
});
