import { SetupError } from '../../app/errors.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import type { Asked, Draft, Looked, Sight, Target, TargetDeps } from '../target.ts';
import { regionOf, whyNot } from './aws-place.ts';
import {
  aliasesOf,
  callLambda,
  type FunctionPlace,
  type FunctionVersion,
  functionLink,
  lockOf,
  versionOf,
} from './lambda-calls.ts';

type Sealed = {
  readonly region: string;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Of the function when it was planned: Lambda changes it only while it is this one. */
  readonly revision: string;
};

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html, in MB */
const LEAST = 128;
const MOST = 10_240;

/** Gives a function more memory. Lambda compares its revision before it sets, so that nothing is done twice. */
export const lambdaMemory: Target<'lambda_memory', Sealed> = {
  plan,
  look,
  async change({ acting }, { region, name, to, revision }) {
    const call = { permission: 'lambda:UpdateFunctionConfiguration', region };
    const input = { FunctionName: name, MemorySize: to, RevisionId: revision };
    await callLambda(acting, call, (client, sdk) => client.send(new sdk.UpdateFunctionConfigurationCommand(input)));
    return { reference: null };
  },
  cancel: null,
  repeatable: true,
};

async function plan(deps: TargetDeps, asked: Asked<'lambda_memory'>): Promise<Draft<Sealed>> {
  const place = { region: regionOf(asked), name: asked.fill(asked.settings.function) };
  const held = await versionOf(deps, place);
  const from = held.memory ?? LEAST;
  const to = goal(asked, place.name, from);
  const times = to / from;
  return {
    subject: place.name,
    lock: lockOf(place, 'function'),
    current: `${from} MB`,
    target: `${to} MB`,
    differences: [{ what: 'Memory', from: `${from} MB`, to: `${to} MB` }],
    deployed: held.modifiedAt === null ? null : { by: null, at: held.modifiedAt },
    checks: [updateCheck(held), await reachCheck(deps, place)],
    takesMs: 30_000,
    cost: times > 1 ? `each millisecond costs ${times.toFixed(1).replace(/\.0$/, '')} times as much` : null,
    cannotUndo: [],
    fingerprint: JSON.stringify([from, held.revision, held.update]),
    sealed: { ...place, from, to, revision: held.revision },
  };
}

/** What somebody asked for now, else so many times what it has; never more than the service file allows. */
function goal({ inputs, settings }: Asked<'lambda_memory'>, name: string, from: number): number {
  const most = Math.min(settings.most, MOST);
  const said = inputs.to?.trim() ?? '';
  if (said !== '') {
    const wanted = Number(/^(?<size>\d{3,5})(?:MB)?$/i.exec(said)?.groups?.size);
    if (!(wanted >= LEAST && wanted <= most))
      throw new SetupError(
        `“${said.slice(0, 40)}” cannot be the memory of ${name}: write megabytes from ${LEAST} to ${most}.`,
      );
    if (wanted === from) throw new SetupError(`${name} has ${from} MB already: there is nothing to change.`);
    return wanted;
  }
  if (from >= most) {
    throw new SetupError(
      `${name} has ${from} MB already, and the service file allows ${settings.most} MB at most: there is nothing to change.`,
    );
  }
  return Math.min(most, Math.round(from * settings.times));
}

function updateCheck({ update, updateReason }: FunctionVersion): PlanCheck {
  if (update === 'Successful') return { isWell: true, text: 'Nothing else is changing the function.' };
  if (update === 'InProgress')
    return { isWell: false, text: 'Another change of the function is under way: plan it again when it is through.' };
  return {
    isWell: null,
    text:
      update === 'Failed'
        ? `Its last change failed: ${updateReason}`
        : 'Whether it is being changed could not be told.',
  };
}

/** A published version keeps the memory that it was published with: whoever calls an alias of one gains nothing. */
async function reachCheck(deps: TargetDeps, place: FunctionPlace): Promise<PlanCheck> {
  try {
    const fixed = (await aliasesOf(deps, place)).filter(({ version }) => version !== '$LATEST');
    if (fixed.length === 0) return { isWell: true, text: 'No alias holds on to a published version.' };
    const names = fixed.slice(0, 3).map(({ name, version }) => `${name} (version ${version})`);
    return {
      isWell: null,
      text: `Whoever calls ${names.join(', ')} gains nothing: a published version keeps its memory.`,
    };
  } catch (error) {
    return { isWell: null, text: `Whether aliases hold on to published versions could not be told: ${whyNot(error)}` };
  }
}

async function look(deps: TargetDeps, sealed: Sealed, { sentAt }: Looked): Promise<Sight> {
  const { name, from, to, revision } = sealed;
  const { memory, update, updateReason, revision: now } = await versionOf(deps, sealed);
  const link = functionLink(sealed);
  if (update === 'Failed' && sentAt !== null && now !== revision)
    return { kind: 'failed', why: `Lambda could not change it: ${updateReason || 'it gives no reason'}`, link };
  if (memory === to && update === 'InProgress')
    return { kind: 'under_way', phase: `Changing to ${to} MB`, share: null, link };
  if (memory === to) return { kind: 'done', detail: `${name} has ${to} MB.`, link };
  if (now === revision) return { kind: 'untouched' };
  const what = memory === from ? `still has ${from} MB` : `has ${memory ?? 'unknown'} MB`;
  return { kind: 'moved', why: `${name} ${what}, and somebody else has changed it since it was planned.` };
}
