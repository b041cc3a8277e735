import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandboxClock, untilWork } from '../../sandbox/clock.ts';
import { eventually } from '../support/eventually.ts';

let dir: string;
let file: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'clock-'));
  file = join(dir, 'kept', 'clock.json');
});

afterEach(() => rm(dir, { recursive: true }));

const obedient = async (): Promise<void> => undefined;
const forward = (minutes: number) => ({ type: 'clock', minutes }) as const;

describe('the clock of the sandbox', () => {
  it('moves once the bot goes by the new time, and not before', async () => {
    const told: number[] = [];
    let agree: () => void = () => undefined;
    const follow = (ahead: number) => {
      told.push(ahead);
      return new Promise<void>((resolve) => {
        agree = resolve;
      });
    };
    const clock = createSandboxClock({ file, follow });

    const moved = clock.move(forward(15));
    await eventually('the bot is told', () => told.length > 0);
    const before = clock.ahead();
    agree();

    expect(await moved).toEqual({ ok: true });
    expect(told).toEqual([900_000]);
    expect(before).toBe(0);
    expect(clock.ahead()).toBe(900_000);
    expect(Math.abs(clock.now() - Date.now() - 900_000)).toBeLessThan(1000);
  });

  it('stays where it is when the bot does not answer', async () => {
    const clock = createSandboxClock({ file, follow: () => Promise.reject(new Error('nobody there')) });

    expect(await clock.move(forward(1))).toEqual({ ok: false, error: 'The bot did not take the new time.' });
    expect(clock.ahead()).toBe(0);
  });

  it.each([0, -5, Number.NaN, 60 * 24 * 32])('does not move by %s minutes', async (minutes) => {
    const clock = createSandboxClock({ file, follow: obedient });

    expect(await clock.move(forward(minutes))).toMatchObject({ ok: false });
    expect(clock.ahead()).toBe(0);
  });

  it('adds up what is pressed twice at once', async () => {
    const clock = createSandboxClock({ file, follow: obedient });

    await Promise.all([clock.move(forward(5)), clock.move(forward(15))]);

    expect(clock.ahead()).toBe(20 * 60_000);
  });

  it('is as far ahead after a restart, so that it never goes back', async () => {
    await createSandboxClock({ file, follow: obedient }).move(forward(60));

    expect(createSandboxClock({ file, follow: obedient }).ahead()).toBe(3_600_000);
  });

  it('begins with the machine’s time when what was kept cannot be read', async () => {
    await createSandboxClock({ file, follow: obedient }).move(forward(1));
    await writeFile(file, '{"aheadMs":-5}');

    expect(createSandboxClock({ file, follow: obedient }).ahead()).toBe(0);
  });

  it('cannot be moved where no bot goes by it', async () => {
    const clock = createSandboxClock({ file });

    expect(clock.isMovable).toBe(false);
    expect(await clock.move(forward(1))).toMatchObject({ ok: false, error: expect.stringContaining('npm run demo') });
  });
});

it.each([
  ['a Sunday noon', '2026-11-22T12:00:00-05:00', '2026-11-23T09:00:00-05:00'],
  ['a Monday at eight', '2026-11-23T08:00:00-05:00', '2026-11-23T09:00:00-05:00'],
  ['nine itself', '2026-11-23T09:00:00-05:00', '2026-11-24T09:00:00-05:00'],
  ['a Friday evening', '2026-11-27T18:30:00-05:00', '2026-11-30T09:00:00-05:00'],
  ['the Friday before the clocks change', '2026-10-30T10:00:00-04:00', '2026-11-02T09:00:00-05:00'],
])('goes from %s to nine on the next working day in Toronto', (_when, from, to) => {
  const now = Date.parse(from);

  expect(new Date(now + untilWork(now)).toISOString()).toBe(new Date(to).toISOString());
});
