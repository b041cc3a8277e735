import { kindOf } from '../app/errors.ts';
import type { Incident } from '../domain/incident.ts';
import { type LiveRun, liveRun } from '../domain/live.ts';
import type { Run, RunEnd } from '../domain/run.ts';
import { endRun } from './end.ts';
import type { EngineDeps, Step, Stepper } from './engine.ts';
import type { Sight } from './target.ts';
import type { AnyTarget } from './targets.ts';

type ExecuteDeps = Pick<EngineDeps, 'dispatch' | 'targets' | 'target' | 'lock' | 'fallbacks' | 'now' | 'log'>;

const FIRST_LOOK_MS = 1_000;
const LATER_LOOK_MS = 5_000;
const SLOW_LOOK_MS = 15_000;
/** How long a change whose answer was lost may take to show, before somebody else has to look. */
const SHOWS_WITHIN_MS = 2 * 60_000;
/** A change that can be sent again is sent so often. */
const SENDINGS = 3;
/** What takes no known time may take so long. */
const LONGEST_MS = 12 * 60 * 60_000;
const SHORTEST_MS = 30 * 60_000;
/** What has begun and was not sent within so long is not sent any more: it was approved for another world. */
const SENT_WITHIN_MS = 10 * 60_000;

/**
 * Brings the world to what the plan says. Every step looks first; what is to be seen of the run decides. That it is sent is written
 * down before it is sent, so that no crash makes anybody send twice what cannot be sent twice.
 */
export function createExecute(deps: ExecuteDeps): Stepper {
  const { dispatch, now } = deps;

  const end = async (incident: Incident, run: Run, state: RunEnd, why: string): Promise<Step> =>
    await endRun(deps, incident, run, state, why);

  /**
   * The world does not let itself be looked at: that says nothing of the run, but it is not waited for for ever, and not at all when
   * somebody wants it to stop.
   */
  async function blind(incident: Incident, run: Run, error: unknown): Promise<Step> {
    const isBug = kindOf(error) === 'bug';
    if (isBug) deps.log.error({ err: error, run: run.id }, 'a look at a run failed');
    const words = isBug || !(error instanceof Error) ? 'Tocsin stumbled over it; its log says how.' : error.message;
    const ends = endUnseen(run, words, kindOf(error) === 'setup', now());
    return ends ? await end(incident, run, ends.state, ends.why) : await unseen(incident, run, words);
  }

  /** Said once, not with every look. */
  async function unseen(incident: Incident, run: Run, words: string): Promise<Step> {
    const phase = `It cannot be seen: ${words}`;
    const share = run.progress?.share ?? null;
    if (!isNews(run, { phase, share })) return { againAt: now() + SLOW_LOOK_MS };
    await progressed(incident, run, phase, { share, link: null, reference: null }, SLOW_LOOK_MS);
    return 'settled';
  }

  async function unsent(target: AnyTarget, incident: Incident, run: Run): Promise<Step> {
    if (run.cancelAskedBy !== null) return await end(incident, run, 'cancelled', 'Nothing was changed.');
    if (now() < sendBy(run)) return await send(target, incident, run);
    return await end(incident, run, 'expired', 'It could not be sent in time, and nothing was changed. Plan it again.');
  }

  async function untouched(target: AnyTarget, incident: Incident, run: Run): Promise<Step> {
    if (run.sentAt === null) return await unsent(target, incident, run);
    if (target.repeatable && mayRepeat(run, now())) return await send(target, incident, run);
    if (now() < run.sentAt + SHOWS_WITHIN_MS) return { againAt: now() + LATER_LOOK_MS };
    return await end(incident, run, 'unknown', neverSeen(target, run));
  }

  async function send(target: AnyTarget, incident: Incident, run: Run): Promise<Step> {
    await deps.lock.sending(run.plan.lock, run.id);
    const written = await dispatch(incident.id, { type: 'send_run', run: run.id });
    const live = written.ok ? liveRun(written.value, run.id) : null;
    if (!live || live.run.sendings !== run.sendings + 1) return 'settled'; // it has ended, or somebody else is at it
    return await sent(target, live);
  }

  async function sent(target: AnyTarget, { incident, run }: LiveRun): Promise<Step> {
    try {
      const { reference } = await target.change(deps.target, run.plan.sealed, { incident, run });
      await progressed(
        incident,
        run,
        run.progress?.phase ?? 'Sent',
        { share: null, link: null, reference },
        FIRST_LOOK_MS,
      );
      return 'settled';
    } catch (error) {
      if (kindOf(error) === 'bug') deps.log.error({ err: error, run: run.id }, 'a change threw what it must not throw');
      // What was refused has certainly not happened, unless an earlier sending has: that is looked at.
      if (kindOf(error) === 'setup' && run.sendings === 1) {
        return await end(incident, run, 'failed', `Nothing was changed: ${(error as Error).message}`);
      }
      const unclear = 'Sent, and it is not clear yet what became of it';
      await progressed(incident, run, unclear, { share: null, link: null, reference: null }, FIRST_LOOK_MS);
      return 'settled';
    }
  }

  interface Seen {
    readonly share: number | null;
    readonly link: string | null;
    readonly reference: string | null;
  }

  async function progressed(
    incident: Incident,
    run: Run,
    phase: string,
    { share, link, reference }: Seen,
    inMs: number,
  ) {
    const at = now();
    const progress = { phase: phase.slice(0, 120).toWellFormed(), share, link: link ?? run.progress?.link ?? null, at };
    await dispatch(incident.id, { type: 'progress_run', run: run.id, progress, reference, nextAt: at + inMs });
  }

  /** Stops what somebody wants to stop, where it can be; the words of whoever refuses, else `null`: what came of it is looked at. */
  async function stopped(target: AnyTarget, incident: Incident, run: Run): Promise<string | null> {
    const live = liveRun(incident, run.id);
    if (run.cancelAskedBy === null || !live) return null;
    if (!target.cancel) return 'this system does not let itself be stopped.';
    try {
      await target.cancel(deps.target, run.plan.sealed, live);
      return null;
    } catch (error) {
      return notStopped(run, error);
    }
  }

  function notStopped({ id }: Run, error: unknown): string | null {
    const kind = kindOf(error);
    if (kind === 'transient') return null; // it is looked at, and tried again
    if (kind === 'bug') deps.log.error({ err: error, run: id }, 'a run could not be stopped');
    return kind === 'setup' && error instanceof Error ? error.message : 'Tocsin stumbled over it.';
  }

  async function underWay(
    target: AnyTarget,
    incident: Incident,
    run: Run,
    sight: Extract<Sight, { kind: 'under_way' }>,
  ): Promise<Step> {
    if (now() > lastChance(run)) {
      const why = `It has not ended in time. It may still be going on: look at ${run.plan.subject} yourself.`;
      return await end(incident, run, 'unknown', why);
    }
    const refusal = await stopped(target, incident, run);
    const phase = refusal === null ? sight.phase : `It cannot be stopped: ${refusal}`;
    const inMs = refusal === null ? lookAgainIn(run, now()) : SLOW_LOOK_MS;
    if (!isNews(run, { ...sight, phase })) return { againAt: now() + inMs };
    await progressed(incident, run, phase, { share: sight.share, link: sight.link, reference: null }, inMs);
    return 'settled';
  }

  async function done(incident: Incident, run: Run, { detail, link }: Extract<Sight, { kind: 'done' }>): Promise<Step> {
    const { plan, sentAt } = run;
    await deps.fallbacks.changed(incident, run);
    if (plan.verb === 'rollback') await deps.target.ledger.withdrawn(plan.lock, plan.current);
    await dispatch(incident.id, { type: 'change_run', run: run.id, detail, link });
    await deps.lock.release(plan.lock, run.id);
    deps.log.info({ run: run.id, sentAt }, 'a run has changed what it was for');
    return 'settled';
  }

  return async (incident, run) => {
    if (!liveRun(incident, run.id)) return await end(incident, run, 'cancelled', 'A drill changes nothing.');
    let target: AnyTarget;
    let sight: Sight;
    try {
      target = await deps.targets(run.plan.kind);
      sight = await target.look(deps.target, run.plan.sealed, run);
    } catch (error) {
      return await blind(incident, run, error);
    }
    switch (sight.kind) {
      case 'untouched':
        return await untouched(target, incident, run);
      case 'under_way':
        return await underWay(target, incident, run, sight);
      case 'done':
        return await done(incident, run, sight);
      case 'failed':
        return await end(incident, run, run.cancelAskedBy === null ? 'failed' : 'cancelled', sight.why);
      case 'moved':
        return await end(incident, run, run.sentAt === null ? 'expired' : 'unknown', sight.why);
    }
  };
}

/** How a run ends that cannot be seen; `null`: it is looked at again. `isRefused`: looking is certainly not allowed. */
function endUnseen(run: Run, words: string, isRefused: boolean, now: number): { state: RunEnd; why: string } | null {
  const { sentAt, cancelAskedBy, plan } = run;
  if (sentAt === null) {
    if (cancelAskedBy !== null) return { state: 'cancelled', why: `Nothing was changed. ${words}` };
    const mayPass = !isRefused && now < sendBy(run);
    return mayPass ? null : { state: 'failed', why: `Nothing was changed: ${words}` };
  }
  if (now < (cancelAskedBy === null ? lastChance(run) : sentAt + SHOWS_WITHIN_MS)) return null;
  const why = `It was sent, and nobody can see what became of it: ${words} Look at ${plan.subject} yourself.`;
  return { state: 'unknown', why };
}

function neverSeen({ repeatable }: Pick<AnyTarget, 'repeatable'>, { sendings, plan }: Run): string {
  const why = repeatable
    ? `It was sent ${sendings === 1 ? 'once' : `${sendings} times`}, and nothing of it is to be seen.`
    : 'It was sent once, its answer was lost, and nothing of it is to be seen. It is not sent again: it might be done twice.';
  return `${why} Look at ${plan.subject} yourself.`;
}

/** Whether what can be sent again is sent again: not for ever, and not for somebody who wants it to stop. */
function mayRepeat(run: Run, now: number): boolean {
  return run.sendings < SENDINGS && run.cancelAskedBy === null && now <= lastChance(run);
}

function sendBy({ beganAt, requestedAt }: Run): number {
  return (beganAt ?? requestedAt) + SENT_WITHIN_MS;
}

/** By when a run must have ended: four times what it usually takes. */
function lastChance({ plan, beganAt, requestedAt }: Run): number {
  const takes = plan.takesMs === null ? LONGEST_MS : Math.max(SHORTEST_MS, 4 * plan.takesMs);
  return (beganAt ?? requestedAt) + takes;
}

/** What is quick is watched closely, what takes hours is not. */
function lookAgainIn({ beganAt }: Run, now: number): number {
  const age = now - (beganAt ?? now);
  if (age < 30_000) return FIRST_LOOK_MS;
  return age < 10 * 60_000 ? LATER_LOOK_MS : SLOW_LOOK_MS;
}

/** The card is drawn anew for another phase, and for every twentieth of the way. */
function isNews(
  { progress }: Run,
  { phase, share }: Pick<Extract<Sight, { kind: 'under_way' }>, 'phase' | 'share'>,
): boolean {
  if (!progress || progress.phase !== phase.slice(0, 120).toWellFormed()) return true;
  return Math.abs((share ?? 0) - (progress.share ?? 0)) >= 0.05;
}
