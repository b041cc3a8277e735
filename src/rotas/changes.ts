import type { CoverRequest, CoverWish, HandOverWish, OnCall, OverrideWish, Taken } from '../app/on-call.ts';
import type { Actor } from '../domain/incident.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import type { Override, Rotation } from '../domain/rotation.ts';
import type { Service } from '../domain/service.ts';
import { askCover, takeCover, withdrawCover } from '../oncall/cover.ts';
import { handOver } from '../oncall/hand-over.ts';
import { newOverride, takenBack } from '../oncall/override.ts';
import type { OnCallPlans, Plan, PlanChange } from '../store/on-call-plans.ts';
import { overridesOf, rotationCalled } from './known-rotations.ts';

export interface ChangesDeps {
  readonly plans: Pick<OnCallPlans, 'load' | 'change'>;
  readonly services: () => readonly Service[];
  readonly now: () => number;
  readonly log: { info(fields: object, message: string): void };
}

/** What somebody is answered, and what becomes true then; without a change it was so already. */
interface Decided<T> {
  readonly answer: T;
  readonly change: PlanChange | null;
}
type Decide<T> = (plan: Plan, rotation: Rotation, now: number) => Result<Decided<T>>;

type Changes = Pick<OnCall, 'override' | 'takeBack' | 'askCover' | 'takeCover' | 'withdrawCover' | 'handOver'>;

const MAX_TRIES = 50;
/** Calendars show the last thirty days. */
const KEPT_MS = 60 * 86_400_000;

/** What people change about who is on call: read, decide, and make it true unless somebody was faster, which is decided anew. */
export function createChanges(deps: ChangesDeps): Changes {
  async function changed<T>(name: string, by: Actor, decide: Decide<T>): Promise<Result<T>> {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const result = await tryOnce(deps, name, by, decide);
      if (result !== 'lost-the-race') return result;
    }
    throw new Error(`${name} kept changing`);
  }

  return {
    override: (name, wish) => changed(name, wish.by, overriding(wish)),
    takeBack: (name, id, by) => changed(name, by, takingBack(id)),
    askCover: (name, wish) => changed(name, wish.by, asking(wish)),
    takeCover: (name, id, by) => changed(name, by, taking(id, by)),
    withdrawCover: (name, id, by) => changed(name, by, withdrawing(id, by)),
    handOver: (name, wish) => changed(name, wish.by, handingOver(wish)),
  };
}

async function tryOnce<T>(
  { plans, services, now: clock, log }: ChangesDeps,
  name: string,
  by: Actor,
  decide: Decide<T>,
): Promise<Result<T> | 'lost-the-race'> {
  const rotation = rotationCalled(services(), name)?.rotation;
  if (!rotation) return reject('not_found', `There is no rotation ${name}.`, 'See those there are: /incident oncall');
  const plan = await plans.load(name);
  const now = clock();
  const decided = decide(plan, rotation, now);
  if (!decided.ok) return decided;
  const { answer, change } = decided.value;
  if (change === null) return ok(answer);
  if (!(await plans.change(plan, withoutOver(plan, change, now), now))) return 'lost-the-race';
  log.info({ rotation: name, by, change }, 'who is on call was changed');
  return ok(answer);
}

/** A change, and besides it everything goes that is over for so long that no calendar shows it. */
function withoutOver({ overrides, covers }: Plan, change: PlanChange, now: number): PlanChange {
  const old = overrides.filter(({ to }) => to < now - KEPT_MS).map(({ id }) => id);
  return {
    ...change,
    goneOverrides: [...(change.goneOverrides ?? []), ...old],
    goneCovers: covers.filter(({ spans }) => (spans.at(-1)?.to ?? 0) < now - KEPT_MS).map(({ id }) => id),
  };
}

function overriding(wish: OverrideWish): Decide<Override> {
  return ({ overrides }, rotation, now) => {
    const made = overrides.find(({ id }) => id === wish.id);
    return made ? ok({ answer: made, change: null }) : added(newOverride(rotation, wish, now));
  };
}

function handingOver(wish: HandOverWish): Decide<Override> {
  return (plan, rotation, now) => {
    const made = plan.overrides.find(({ id }) => id === wish.id);
    return made
      ? ok({ answer: made, change: null })
      : added(handOver(rotation, overridesOf(rotation, plan), wish, now));
  };
}

function added(made: Result<Override>): Result<Decided<Override>> {
  return made.ok ? ok({ answer: made.value, change: { overrides: [made.value] } }) : made;
}

function takingBack(id: string): Decide<Override> {
  return ({ overrides }, { title }, now) => {
    const override = overrides.find((one) => one.id === id);
    if (!override) return reject('not_found', `There is no such override in ${title} any more.`);
    const left = takenBack(override, now);
    if (!left.ok) return left;
    return ok({ answer: override, change: left.value ? { overrides: [left.value] } : { goneOverrides: [id] } });
  };
}

function asking({ id, by, from, to, note }: CoverWish): Decide<CoverRequest> {
  return (plan, rotation, now) => {
    const asked = plan.covers.find((one) => one.id === id);
    if (asked) return ok({ answer: asked, change: null });
    const request = askCover(rotation, overridesOf(rotation, plan), { id, person: by, by, from, to, note }, now);
    return request.ok ? ok({ answer: request.value, change: { covers: [request.value] } }) : request;
  };
}

function taking(id: string, by: Actor): Decide<Taken> {
  return (plan, rotation, now) => {
    const request = plan.covers.find((one) => one.id === id);
    if (!request) return gone(rotation);
    const taken = takeCover(rotation, overridesOf(rotation, plan), request, by, now);
    if (!taken.ok) return taken;
    return ok({ answer: taken.value, change: { covers: [taken.value.request], overrides: taken.value.overrides } });
  };
}

function withdrawing(id: string, by: Actor): Decide<CoverRequest> {
  return ({ covers }, rotation, now) => {
    const request = covers.find((one) => one.id === id);
    if (!request) return gone(rotation);
    if (request.asker !== by) {
      return reject('not_allowed', `<@${request.asker}> has asked: only they withdraw it.`, 'Take it, if you can.');
    }
    const withdrawn = withdrawCover(request, now);
    return withdrawn.ok ? ok({ answer: withdrawn.value, change: { covers: [withdrawn.value] } }) : withdrawn;
  };
}

function gone({ title }: Rotation): Result<never> {
  return reject('not_found', `There is no such cover request in ${title} any more.`);
}
