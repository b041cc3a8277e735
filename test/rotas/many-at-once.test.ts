import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANA, BEN, CAT, DAN, DAY, HOUR, layer, rotation, T0 } from '../oncall/given.ts';
import { useRedis } from '../support/redis.ts';
import { clockAt, listening, processWith, ROTATION } from './given.ts';

const server = useRedis();
const people = fc.constantFrom(ANA, BEN, CAT, DAN);
const acts = fc.array(
  fc.oneof(
    fc.record({ act: fc.constant('override' as const), person: people, hours: fc.integer({ min: -2, max: 40 }) }),
    fc.record({ act: fc.constant('cover' as const), person: people, hours: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ act: fc.constant('hand-over' as const), person: people, hours: fc.constant(0) }),
    fc.record({ act: fc.constant('take-back' as const), person: people, hours: fc.integer({ min: 0, max: 9 }) }),
    fc.record({ act: fc.constant('pass' as const), person: people, hours: fc.integer({ min: 1, max: 50 }) }),
  ),
  { minLength: 5, maxLength: 25 },
);
type Act = (typeof acts extends fc.Arbitrary<infer T> ? T : never) extends readonly (infer One)[] ? One : never;

describe('three processes, in which people change what they like while hand-offs are done', () => {
  it('tell each hand-off once, in order, and at the end who is on call', async () => {
    await fc.assert(fc.asyncProperty(acts, live), { numRuns: 15 });
  }, 60_000);
});

async function live(list: readonly Act[]): Promise<void> {
  await server.client().flushdb();
  const [clock, told] = [clockAt(T0 + HOUR), listening()];
  const one = rotation(layer({ turnMs: DAY }, ANA, BEN, CAT));
  const processes = [1, 2, 3].map(() => processWith({ redis: server.client(), clock, told, rotation: one }));
  const sweep = () => Promise.all(processes.map((tocsin) => tocsin.sweep()));
  await sweep();

  for (const [i, act] of list.entries()) {
    const tocsin = processes[i % 3] ?? processes[0];
    if (act.act === 'pass') clock.set(clock.now() + act.hours * HOUR);
    else clock.set(clock.now() + 1); // two changes in one millisecond are one
    await Promise.all([tocsin && perform(tocsin, act, i, clock.now()), sweep()]);
    await sweep();
  }

  const ids = told.handOffs.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const handOffs = told.handOffs.filter(({ kind }) => kind === 'hand-off').map(({ summary }) => summary);
  expect(handOffs.map(({ at }) => at)).toEqual(handOffs.map(({ at }) => at).sort((a, b) => a - b));
  const present = await processes[0]?.onCall.who('shop', 'payments');
  expect(handOffs.at(-1)?.to ?? ANA).toBe(present);
}

async function perform({ onCall }: ReturnType<typeof processWith>, act: Act, i: number, now: number): Promise<void> {
  const { person, hours } = act;
  const wish = { id: `${act.act}-${i}`, by: person, note: '', from: now + hours * HOUR, to: now + (hours + 9) * HOUR };
  if (act.act === 'override') await onCall.override(ROTATION, { ...wish, person });
  if (act.act === 'hand-over') {
    const present = await onCall.who('shop', 'payments');
    await onCall.handOver(ROTATION, { id: wish.id, by: present ?? '', to: person, note: '' });
  }
  if (act.act === 'take-back') {
    const [standing] = await onCall.standing();
    const made = standing?.overrides[hours];
    if (made) await onCall.takeBack(ROTATION, made.id, person);
  }
  if (act.act === 'cover') {
    const asked = await onCall.askCover(ROTATION, wish);
    if (asked.ok) await onCall.takeCover(ROTATION, wish.id, person === DAN ? ANA : DAN);
  }
}
