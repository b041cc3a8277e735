import type { Handed, Override } from '../domain/rotation.ts';
import type { Service } from '../domain/service.ts';
import { type HandOff, handOffSummary, nextHandOff } from '../oncall/hand-off.ts';
import { handedNow } from '../oncall/handed.ts';
import type { Dated, OnCallLetters } from '../store/on-call-letters.ts';
import type { OnCallPlans } from '../store/on-call-plans.ts';
import type { Rounds, Told } from '../store/on-call-rounds.ts';
import { gapKey, REMEMBERED_MS } from './gaps.ts';
import { type KnownRotation, knownRotations, overridesOf, rotationCalled } from './known-rotations.ts';
import { reminderId } from './on-call.ts';

export interface HandOffsDeps {
  readonly due: Rounds;
  readonly rounds: Pick<Rounds, 'look'>;
  readonly told: Pick<Told, 'say'>;
  readonly plans: Pick<OnCallPlans, 'load'>;
  readonly letters: Pick<OnCallLetters, 'handed' | 'hand'>;
  readonly services: () => readonly Service[];
  readonly now: () => number;
}

const BATCH = 50;
/** How long a process may take for one look before another one looks too. */
const LOOK_MS = 30_000;
const DAY_MS = 86_400_000;
const MISSING_MS = 60_000;
const REMINDED_AFTER_MS = 30 * 60_000;

/** Hands over when the time has come, once, whoever looks. After a long stop only the newest hand-off is told. */
export function createHandOffs(deps: HandOffsDeps): () => Promise<void> {
  let known: readonly Service[] = [];
  let wantedAt = Number.NEGATIVE_INFINITY;

  /** New files may put others on call at once; and what Redis has lost must come back. */
  async function putIn(): Promise<void> {
    const [services, now] = [deps.services(), deps.now()];
    if (services === known && now - wantedAt < MISSING_MS) return;
    const names = knownRotations(services).map(({ rotation }) => rotation.name);
    await (services === known ? deps.due.want(names, now) : deps.due.look(names, now));
    [known, wantedAt] = [services, now];
  }

  return async () => {
    await putIn();
    const now = deps.now();
    const until = now + LOOK_MS;
    const names = await deps.due.claim(now, until, BATCH);
    const looks = await Promise.allSettled(
      names.map(async (name) => {
        const found = rotationCalled(deps.services(), name);
        await (found ? lookAt(deps, found, until) : deps.due.forget(name));
      }),
    );
    for (const look of looks) if (look.status === 'rejected') throw look.reason; // the others are done
  };
}

/** `until`: how long the look is ours. */
async function lookAt(deps: HandOffsDeps, found: KnownRotation, until: number): Promise<void> {
  const { rotation } = found;
  const { name } = rotation;
  const [plan, before] = await Promise.all([deps.plans.load(name), deps.letters.handed(name)]);
  const [overrides, now] = [overridesOf(rotation, plan), deps.now()];
  const { handed: after, handOff } = handedNow(rotation, overrides, before, now);
  if (after !== before) {
    const letters = handOff ? lettersOf(found, overrides, { handOff, after, now }) : [];
    const recalled = before && handOff ? reminderId(name, before.at) : null;
    if (!(await deps.letters.hand({ rotation: name, before, after, letters, recalled }))) return; // looked at again in a while
    if (handOff?.to === null) await deps.told.say(gapKey(name, handOff.at), REMEMBERED_MS);
  }
  if (rotation.group !== null) await deps.rounds.look([`group:${rotation.group}`], now);
  const next = nextHandOff(rotation, overrides, now)?.at ?? Number.POSITIVE_INFINITY;
  await deps.due.settle(name, until, Math.min(next, now + DAY_MS));
}

interface Done {
  readonly handOff: HandOff;
  readonly after: Handed;
  readonly now: number;
}

/** The message now, and the reminder for whoever has not said by then that they have it. */
function lettersOf(
  { rotation }: KnownRotation,
  overrides: readonly Override[],
  { handOff, after, now }: Done,
): Dated[] {
  const summary = handOffSummary(rotation, overrides, handOff);
  const { name } = rotation;
  const told: Dated = {
    id: `hand-off:${name}:${handOff.at}`,
    at: now,
    letter: { kind: 'hand-off', rotation: name, summary },
  };
  if (after.to === null || after.received) return [told];
  const letter = { kind: 'reminder', rotation: name, summary } as const;
  return [told, { id: reminderId(name, handOff.at), at: now + REMINDED_AFTER_MS, letter }];
}
