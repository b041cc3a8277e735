import { kindOf } from '../app/errors.ts';
import type { Action, Json } from '../domain/action.ts';
import { isTakenOver, standsDown } from '../domain/autopilot.ts';
import type { Incident } from '../domain/incident.ts';
import type { Plan } from '../domain/plan.ts';
import { overtakerOf, type Run } from '../domain/run.ts';
import type { Service } from '../domain/service.ts';
import { endRun } from './end.ts';
import type { EngineDeps, Step, Stepper } from './engine.ts';
import { notAsPlanned } from './file-changed.ts';
import { canonical } from './plan-hash.ts';
import type { Draft } from './target.ts';

type BeginDeps = Pick<EngineDeps, 'dispatch' | 'services' | 'planner' | 'lock' | 'autopilot' | 'now' | 'log'>;

/** How long an approved run may wait for its turn, or for a world that answers. */
const WAITS_MS = 10 * 60_000;
const LOOK_AGAIN_MS = 5_000;

/** Begins what was approved: when it is its turn, and the world is still the one that it was planned for. */
export function createBegin({ dispatch, services, planner, lock, autopilot, now, log }: BeginDeps): Stepper {
  const ended = async (incident: Incident, run: Run, state: NotNow['state'], why: string) =>
    await endRun({ dispatch, lock }, incident, run, state, why);

  /** Waits, but not for ever: what was approved an hour ago was approved for another world. */
  async function later(incident: Incident, run: Run, why: string): Promise<Step> {
    const approvedAt = run.approval?.at ?? run.requestedAt;
    if (now() >= approvedAt + WAITS_MS) return await ended(incident, run, 'expired', why);
    return { againAt: now() + LOOK_AGAIN_MS };
  }

  async function unplanned(incident: Incident, run: Run, error: unknown): Promise<Step> {
    if (kindOf(error) === 'bug') log.error({ err: error, run: run.id }, 'a plan could not be looked at again');
    const words = kindOf(error) === 'bug' || !(error instanceof Error) ? 'Tocsin stumbled over it.' : error.message;
    return kindOf(error) === 'setup'
      ? await ended(incident, run, 'expired', `The plan does not hold any more: ${words}`)
      : await later(incident, run, `What it relies on could not be looked at again: ${words}`);
  }

  /** What it is begun with; or what says no without a look at the world. */
  async function beginnable(incident: Incident, run: Run): Promise<Entry | NotNow> {
    const { plan } = run;
    const entry = entryOf(services(), incident, plan);
    if (!entry) return { state: 'expired', why: `The service file does not know “${plan.action}” any more.` };
    return (await notNow(autopilot, incident, run, entry)) ?? entry;
  }

  return async (incident, run) => {
    const { plan } = run;
    const { environment, inputs } = plan;
    const entry = await beginnable(incident, run);
    if ('why' in entry) return await ended(incident, run, entry.state, entry.why);
    const holder = await lock.take(plan.lock, run.id);
    if (holder !== null) return await later(incident, run, `${holder} was changing ${plan.subject} all the time.`);

    try {
      const draft = await planner.draft({ ...entry, environment, inputs });
      const why = whyNot(plan, draft) ?? overtaken(run, await lock.changers(plan.lock));
      if (why !== null) return await ended(incident, run, 'expired', why);
    } catch (error) {
      return await unplanned(incident, run, error);
    }
    // The look took its time: the switch and the file are asked again. Who is at it by now is seen by the commit.
    const still = await beginnable(incident, run);
    if ('why' in still) return await ended(incident, run, still.state, still.why);
    await dispatch(incident.id, { type: 'begin_run', run: run.id });
    return 'settled';
  };
}

interface NotNow {
  readonly state: 'expired' | 'cancelled';
  readonly why: string;
}

interface Entry {
  readonly service: Service;
  readonly action: Action;
}

function entryOf(services: readonly Service[], incident: Incident, { action: name }: Plan): Entry | null {
  const service = services.find((one) => one.name === incident.service);
  const action = service && Object.hasOwn(service.actions, name) ? service.actions[name] : undefined;
  return service && action ? { service, action } : null;
}

/** Why it is not for now, by its service file and by who is at it; `null`: it is. */
async function notNow(
  autopilot: EngineDeps['autopilot'],
  incident: Incident,
  { plan, approval }: Run,
  { action }: Entry,
): Promise<NotNow | null> {
  const otherwise = notAsPlanned(plan, action);
  if (otherwise !== null) return { state: 'expired', why: `${otherwise} Plan it again.` };
  const down = approval?.way === 'autopilot' ? await standing(autopilot, incident) : null;
  return down === null
    ? null
    : { state: 'cancelled', why: `The autopilot has approved it, and does not begin it: ${down}` };
}

/** What the autopilot waited with is for people when they are at it by now, or when it is not needed any more. */
async function standing(autopilot: EngineDeps['autopilot'], incident: Incident): Promise<string | null> {
  const down = standsDown({ incident, isOff: (await autopilot.state()) !== null });
  return down ?? (isTakenOver(incident) ? 'Somebody is at it.' : null);
}

/** Why a plan does not hold after what runs of other incidents have changed; `null`: it does. */
function overtaken(run: Run, changers: readonly Run[]): string | null {
  const other = overtakerOf(run, changers);
  return other && `${other.id} has changed ${run.plan.subject} since it was planned. Plan it again.`;
}

/** Why a plan does not hold in the world as it is now; `null`: it does. */
function whyNot(plan: Plan, now: Draft<Json>): string | null {
  const isSame = now.fingerprint === plan.fingerprint && canonical(now.sealed) === canonical(plan.sealed);
  if (!isSame) {
    return `The world has changed since it was planned: ${plan.subject} is at ${now.current} now. Plan it again.`;
  }
  const forbids = now.checks.find(({ isWell }) => isWell === false);
  return forbids ? `It cannot be done any more: ${forbids.text}` : null;
}
