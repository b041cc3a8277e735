import { SetupError } from '../../app/errors.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import type { Asked, Draft, Sight, Target, TargetDeps } from '../target.ts';
import { regionOf, whyNot } from './aws-place.ts';
import { callLambda, type FunctionPlace, functionLink, lockOf } from './lambda-calls.ts';

type Sealed = {
  readonly region: string;
  readonly name: string;
  /** `null`: it had none reserved, and shared what the others leave. */
  readonly from: number | null;
  readonly to: number;
};

/** So many must stay for the functions that reserve none: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const KEPT_FOR_OTHERS = 100;

/** Sets how many of a function run at once. It comes to the same number however often it is sent, and looks before it does. */
export const lambdaConcurrency: Target<'lambda_concurrency', Sealed> = {
  plan,
  look,
  async change({ acting }, { region, name, to }) {
    const call = { permission: 'lambda:PutFunctionConcurrency', region };
    const input = { FunctionName: name, ReservedConcurrentExecutions: to };
    await callLambda(acting, call, (client, sdk) => client.send(new sdk.PutFunctionConcurrencyCommand(input)));
    return { reference: null };
  },
  cancel: null,
  repeatable: true,
};

async function plan(deps: TargetDeps, asked: Asked<'lambda_concurrency'>): Promise<Draft<Sealed>> {
  const place = { region: regionOf(asked), name: asked.fill(asked.settings.function) };
  const to = goal(asked);
  const from = await reservedOf(deps, place);
  if (from === to) throw new SetupError(`${place.name} has ${words(to)} already: there is nothing to change.`);
  const checks = [await accountCheck(deps, place, from, to)];
  if (to === 0)
    checks.push({ isWell: null, text: 'This stops the function: every call is refused until it is set back.' });
  return {
    subject: place.name,
    lock: lockOf(place, 'concurrency'),
    current: words(from),
    target: words(to),
    differences: [{ what: 'Reserved concurrency', from: words(from), to: words(to) }],
    ...{ deployed: null, checks, takesMs: 5_000, cost: null, cannotUndo: [] },
    fingerprint: JSON.stringify(from),
    sealed: { ...place, from, to },
  };
}

function goal({ inputs, settings }: Asked<'lambda_concurrency'>): number {
  const said = inputs.to?.trim() ?? '';
  if (said === '') return settings.to;
  if (/^\d{1,6}$/.test(said)) return Number(said);
  throw new SetupError(`“${said.slice(0, 40)}” is no number of concurrent executions.`);
}

async function reservedOf({ aws }: Pick<TargetDeps, 'aws'>, { region, name }: FunctionPlace): Promise<number | null> {
  const call = { permission: 'lambda:GetFunctionConcurrency', region };
  const { ReservedConcurrentExecutions: reserved } = await callLambda(aws, call, (client, sdk) =>
    client.send(new sdk.GetFunctionConcurrencyCommand({ FunctionName: name })),
  );
  return reserved ?? null;
}

/** What is reserved for one is taken from all others of the account. */
async function accountCheck(
  { aws }: TargetDeps,
  { region }: FunctionPlace,
  from: number | null,
  to: number,
): Promise<PlanCheck> {
  const call = { permission: 'lambda:GetAccountSettings', region };
  try {
    const { AccountLimit } = await callLambda(aws, call, (client, sdk) =>
      client.send(new sdk.GetAccountSettingsCommand({})),
    );
    const unreserved = AccountLimit?.UnreservedConcurrentExecutions;
    if (unreserved === undefined)
      return { isWell: null, text: 'How much is left for other functions could not be told.' };
    const left = unreserved + (from ?? 0) - to;
    const takesNothing = to <= (from ?? 0); // the account of a newcomer may have fewer than those altogether
    return takesNothing || left >= KEPT_FOR_OTHERS
      ? { isWell: true, text: `${left} are left for all functions that reserve none.` }
      : {
          isWell: false,
          text: `Only ${left} would be left for all other functions; AWS asks for ${KEPT_FOR_OTHERS}. At most ${Math.max(0, to - (KEPT_FOR_OTHERS - left))} can be reserved.`,
        };
  } catch (error) {
    return { isWell: null, text: `How much is left for other functions could not be told: ${whyNot(error)}` };
  }
}

async function look(deps: TargetDeps, sealed: Sealed): Promise<Sight> {
  const { name, from, to } = sealed;
  const held = await reservedOf(deps, sealed);
  if (held === to) return { kind: 'done', detail: `${name} has ${words(to)}.`, link: functionLink(sealed) };
  if (held === from) return { kind: 'untouched' };
  return { kind: 'moved', why: `${name} has ${words(held)}: somebody else has changed it since it was planned.` };
}

function words(reserved: number | null): string {
  return reserved === null ? 'none reserved' : `${reserved} reserved`;
}
