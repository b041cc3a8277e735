import { createHash } from 'node:crypto';
import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { SetupError } from '../../app/errors.ts';
import type { Json } from '../../domain/action.ts';
import type { LiveRun } from '../../domain/live.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import type { Asked, Draft, Looked, Sight, Target, TargetDeps } from '../target.ts';
import { isThrottled, regionOf } from './aws-place.ts';
import { callLambda, type FunctionVersion, functionLink, lockOf, versionOf } from './lambda-calls.ts';
import { durableSight, executionName } from './lambda-durable.ts';
import { outcomeOf, recentRuns, sightOfOutcome } from './lambda-outcome.ts';

type Sealed = {
  readonly region: string;
  readonly name: string;
  /** `$LATEST` without another one. */
  readonly qualifier: string;
  readonly version: string;
  readonly payload: Json;
  /** Whether its answer is awaited. */
  readonly waits: boolean;
  /** In seconds. */
  readonly timeout: number;
  /** Whether Lambda knows its runs by name, and starts none twice. */
  readonly isDurable: boolean;
};

/** A function that may run longer is started, and its end is not awaited, in seconds. */
const LONGEST_WAIT_S = 60;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: of what is only started, in bytes */
const MOST_BYTES = 16_000;

/**
 * Runs a function once. Lambda has no token for it: what was sent and not answered may have run, so that it is never sent again,
 * and a person looks. Durable functions are the exception: their runs have names.
 */
export const lambdaInvoke: Target<'lambda_invoke', Sealed> = {
  plan,
  look,
  change,
  cancel: null,
  repeatable: false,
};

async function plan(deps: TargetDeps, asked: Asked<'lambda_invoke'>): Promise<Draft<Sealed>> {
  const { settings, fill } = asked;
  const place = { region: regionOf(asked), name: fill(settings.function) };
  const qualifier =
    asked.inputs.to?.trim() || (settings.qualifier === undefined ? '$LATEST' : fill(settings.qualifier));
  const payload = filledJson(settings.payload, fill);
  if (Buffer.byteLength(JSON.stringify(payload)) > MOST_BYTES)
    throw new SetupError(`The payload for ${place.name} is longer than ${MOST_BYTES} bytes: make it shorter.`);
  const held = await versionOf(deps, place, qualifier);
  const timeout = held.timeout ?? LONGEST_WAIT_S + 1;
  const waits = settings.wait && !held.isDurable && timeout <= LONGEST_WAIT_S;
  const text = JSON.stringify(payload);
  return {
    subject: place.name,
    lock: lockOf(place, 'invoke'),
    current: `version ${held.version}`,
    target: `one run with ${text.slice(0, 100)}`,
    differences: [{ what: 'Run', from: 'none of it', to: `${place.name} (${qualifier}) with ${text.slice(0, 150)}` }],
    deployed: held.modifiedAt === null ? null : { by: null, at: held.modifiedAt },
    checks: [stateCheck(held), await recentRuns(deps, place), ...endCheck(held, settings.wait && !waits)],
    takesMs: timeout * 1000,
    cost: null,
    cannotUndo: ['What the function does while it runs'],
    fingerprint: createHash('sha256')
      .update(JSON.stringify([held.version, held.codeSha, held.state]))
      .digest('hex'),
    sealed: { ...place, qualifier, version: held.version, payload, waits, timeout, isDurable: held.isDurable },
  };
}

/** JSON with its texts filled in; names of fields stay as they are. */
function filledJson(value: unknown, fill: (text: string) => string): Json {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map((one) => filledJson(one, fill));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filledJson(one, fill)]));
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function stateCheck({ state, updateReason }: FunctionVersion): PlanCheck {
  if (state === 'Active') return { isWell: true, text: 'The function is ready.' };
  if (state === 'Failed')
    return { isWell: false, text: `The function cannot run: ${updateReason || 'Lambda gives no reason'}` };
  return { isWell: null, text: `The function is ${state || 'in no known state'}: it may take longer to start.` };
}

function endCheck({ isDurable, timeout }: FunctionVersion, isTooLong: boolean): PlanCheck[] {
  if (isDurable || !isTooLong) return [];
  const text = `It may run for ${timeout ?? 'unknown'} s: it is started, and nobody waits here for its end.`;
  return [{ isWell: null, text }];
}

async function look(deps: TargetDeps, sealed: Sealed, run: Looked): Promise<Sight> {
  if (sealed.isDurable) return await durableSight(deps, sealed, run.token);
  return sightOfOutcome(sealed.name, run.reference, functionLink(sealed));
}

async function change({ acting }: TargetDeps, sealed: Sealed, { run }: LiveRun) {
  const { region, waits, timeout } = sealed;
  const call = { permission: 'lambda:InvokeFunction', region };
  // The answer comes when the function has ended, so that the limit of other requests does not hold.
  const limit = waits ? { requestTimeout: (timeout + 5) * 1000 } : {};
  let answer: InvokeCommandOutput;
  try {
    answer = await callLambda(acting, call, (client, sdk) =>
      client.send(new sdk.InvokeCommand(inputFor(sealed, run)), limit),
    );
  } catch (error) {
    if (isThrottled(error))
      throw new SetupError(`Lambda runs no more of ${sealed.name} just now: it is throttled.`, { cause: error });
    throw error;
  }
  return { reference: outcomeOf(answer, waits) };
}

function inputFor({ name, qualifier, payload, waits, isDurable }: Sealed, run: LiveRun['run']): InvokeCommandInput {
  const context = { custom: { tocsin_run: run.id, tocsin_token: run.token } };
  return {
    FunctionName: name,
    Qualifier: qualifier,
    Payload: Buffer.from(JSON.stringify(payload)),
    InvocationType: waits ? 'RequestResponse' : 'Event',
    // Functions get it with calls that are waited for, and only with those: they may know a run by it.
    ...(waits && { ClientContext: Buffer.from(JSON.stringify(context)).toString('base64') }),
    ...(isDurable && { DurableExecutionName: executionName(run.token) }),
  };
}
