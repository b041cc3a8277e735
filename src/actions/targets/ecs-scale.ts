import { SetupError } from '../../app/errors.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import type { Asked, Draft, Looked, Sight, Target, TargetDeps } from '../target.ts';
import { callEcs, lockOf, placeOfService, serviceLink, serviceOf } from './ecs-calls.ts';
import { shareOf } from './ecs-rollout.ts';

type Sealed = {
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  readonly from: number;
  readonly to: number;
};

/** Runs more tasks of a service, or fewer. It comes to the same number however often it is sent, and looks before it does. */
export const ecsScale: Target<'ecs_scale', Sealed> = {
  plan,
  look,
  async change({ acting }, { region, cluster, service, to }) {
    const call = { permission: 'ecs:UpdateService', region };
    await callEcs(acting, call, (client, sdk) =>
      client.send(new sdk.UpdateServiceCommand({ cluster, service, desiredCount: to })),
    );
    return { reference: null };
  },
  cancel: null,
  repeatable: true,
};

async function plan(deps: TargetDeps, asked: Asked<'ecs_scale'>): Promise<Draft<Sealed>> {
  const place = placeOfService(asked);
  const held = await serviceOf(deps, place);
  const from = held.desired;
  const to = goal(asked, place.service, from);
  return {
    subject: place.service,
    lock: lockOf(place),
    current: tasks(from),
    target: tasks(to),
    differences: [{ what: 'Tasks', from: String(from), to: String(to) }],
    deployed: null,
    checks: [
      ...daemonCheck(place.service, held.isDaemon),
      held.running === from
        ? { isWell: true, text: `All ${from} of its tasks run.` }
        : {
            isWell: null,
            text: `Only ${held.running} of the ${from} tasks that it wants run: more may not start either.`,
          },
      { isWell: null, text: 'Whether the service also scales by itself was not looked at; if so, it may undo this.' },
    ],
    takesMs: 5 * 60_000,
    cost: from === 0 ? null : `${(to / from).toFixed(1).replace(/\.0$/, '')} times the cost of its tasks`,
    cannotUndo: [],
    fingerprint: JSON.stringify([from, held.definition]),
    sealed: { ...place, from, to },
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service-options.html */
function daemonCheck(service: string, isDaemon: boolean): PlanCheck[] {
  const text = `${service} runs one task on each instance: add instances to the cluster, ECS takes no number.`;
  return isDaemon ? [{ isWell: false, text }] : [];
}

/** The number that somebody asked for now, else so many more or fewer; at least one, and at most what the service file allows. */
function goal({ inputs, settings }: Asked<'ecs_scale'>, service: string, from: number): number {
  const { by, most } = settings;
  const said = inputs.to?.trim() ?? '';
  if (said !== '') {
    const wanted = /^\d{1,4}$/.test(said) ? Number(said) : 0;
    if (wanted < 1 || wanted > most)
      throw new SetupError(`“${said.slice(0, 40)}” cannot be the number of tasks of ${service}: write 1 to ${most}.`);
    if (wanted === from) throw new SetupError(`${service} wants ${tasks(from)} already: there is nothing to change.`);
    return wanted;
  }
  const to = Math.max(1, Math.min(most, from + by));
  if (Math.sign(to - from) === Math.sign(by)) return to;
  throw new SetupError(
    `${service} wants ${tasks(from)} already; the service file allows 1 to ${most}: there is nothing to change.`,
  );
}

async function look(deps: TargetDeps, sealed: Sealed, { sentAt }: Looked): Promise<Sight> {
  const { service, from, to } = sealed;
  const { desired, running, pending, says } = await serviceOf(deps, sealed);
  const link = serviceLink(sealed);
  if (desired === from) return { kind: 'untouched' };
  if (desired !== to)
    return {
      kind: 'moved',
      why: `${service} wants ${tasks(desired)}: something else has scaled it since it was planned.`,
    };
  if (running === to && pending === 0) return { kind: 'done', detail: `${service} runs ${tasks(to)}.`, link };
  const trouble = says && sentAt !== null && says.at >= sentAt && /unable to/.test(says.text) ? `: ${says.text}` : '';
  return { kind: 'under_way', phase: `${running} of ${to} tasks run${trouble}`, share: shareOf(running, to), link };
}

function tasks(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`;
}
