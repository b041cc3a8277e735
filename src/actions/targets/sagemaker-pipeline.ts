import { SetupError } from '../../app/errors.ts';
import { lengthWords } from '../../domain/length-words.ts';
import type { LiveRun } from '../../domain/live.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import type { Query } from '../../domain/query.ts';
import { limitWords } from '../../evidence/limit-words.ts';
import { timeWords } from '../../probes/answer.ts';
import type { Asked, Draft, Looked, Sent, Sight, Target, TargetDeps } from '../target.ts';
import { regionOf } from './aws-place.ts';
import { callSageMaker, tokenFor } from './sagemaker-calls.ts';
import {
  type Execution,
  executionOf,
  executionsOf,
  isGoing,
  nameFor,
  OWN,
  type PipelinePlace,
  progressOf,
} from './sagemaker-executions.ts';
import { lookAtGate, type SealedQuery } from './sagemaker-gate.ts';

type Sealed = {
  readonly region: string;
  readonly pipeline: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What the new model must meet, as the service file had it. */
  readonly gate: SealedQuery | null;
  readonly service: string;
  readonly environment: string;
};

/** Starts a pipeline. SageMaker knows the run by its token, so that sending it again starts nothing twice. */
export const sagemakerPipeline: Target<'sagemaker_pipeline', Sealed> = {
  plan,
  look,
  change,
  cancel,
  repeatable: true,
};

async function plan(deps: TargetDeps, asked: Asked<'sagemaker_pipeline'>): Promise<Draft<Sealed>> {
  const { settings, fill, service, environment } = asked;
  const place: PipelinePlace = { region: regionOf(asked), pipeline: fill(settings.pipeline) };
  const executions = await executionsOf(deps, place);
  const newest = executions[0] ?? null;
  const good = executions.find(({ status }) => status === 'Succeeded');
  const last = good ? await lastOf(deps, place, good) : null;
  const gate = gateOf(asked);
  const parameters = Object.fromEntries(
    Object.entries(settings.parameters).map(([name, value]) => [name, fill(value)]),
  );
  return {
    subject: place.pipeline,
    lock: `sagemaker:${place.region}:pipeline/${place.pipeline}`,
    current: newest ? `last started ${whenOf(newest.startedAt)}: ${newest.status}` : 'never run',
    target: gate ? `a new execution, and then ${gateWords(gate)}` : 'a new execution',
    differences: Object.entries(parameters).map(([name, to]) => ({
      ...{ what: `Parameter ${name}`, from: 'as the pipeline has it', to },
    })),
    deployed: null,
    checks: [aloneCheck(place, executions), ...restCheck(deps.now(), settings.at_most_every, last?.endedAt ?? null)],
    takesMs: last?.tookMs ?? null,
    cost: null,
    cannotUndo: ['What its steps have written, registered or deployed stays, also when it is stopped'],
    fingerprint: JSON.stringify([newest?.arn ?? null, newest?.status ?? null]),
    sealed: { ...place, parameters, gate, service: service.name, environment },
  };
}

/** When the last good one ended, and how long it took: epoch ms and ms. */
async function lastOf(deps: TargetDeps, place: PipelinePlace, { arn }: Execution) {
  const { startedAt, modifiedAt } = await executionOf(deps, place, arn);
  const tookMs = startedAt !== null && modifiedAt !== null ? modifiedAt - startedAt : 0;
  return { endedAt: modifiedAt, tookMs: tookMs > 0 ? tookMs : null };
}

function gateOf({ settings, service }: Asked<'sagemaker_pipeline'>): Query | null {
  if (settings.gate === undefined) return null;
  const query = Object.hasOwn(service.queries, settings.gate) ? service.queries[settings.gate] : undefined;
  if (query?.expect) return query;
  throw new SetupError(
    query
      ? `The gate ${settings.gate} has no expectation: write what the new model must meet in the queries of ${service.name}.`
      : `${service.name} has no query ${settings.gate}, which is the gate of the new model.`,
  );
}

function gateWords({ label, expect, unit }: Query): string {
  if (!expect) return label;
  return expect.kind === 'text' ? `${label} must be ${expect.equals}` : `${label} must be ${limitWords(expect, unit)}`;
}

function whenOf(at: number | null): string {
  return at === null ? 'at a time that nobody knows' : timeWords(at);
}

/** Somebody may have started it by hand, or a schedule: two trainings at once are worse than one that is late. */
function aloneCheck({ pipeline }: PipelinePlace, executions: readonly Execution[]): PlanCheck {
  const going = executions.find(isGoing);
  if (!going) return { isWell: true, text: `No execution of ${pipeline} is under way.` };
  const who = going.name.startsWith(OWN) ? 'that Tocsin has started' : 'that Tocsin did not start';
  const text = `An execution ${who} is ${going.status} since ${whenOf(going.startedAt)}: ${going.name}. Wait for it, or stop it.`;
  return { isWell: false, text };
}

function restCheck(now: number, everyMs: number | undefined, endedAt: number | null): PlanCheck[] {
  if (everyMs === undefined) return [];
  const every = `once in ${lengthWords(everyMs)}`;
  if (endedAt === null) return [{ isWell: true, text: `It may run ${every}, and none of the newest has succeeded.` }];
  const ago = lengthWords(now - endedAt);
  return now - endedAt < everyMs
    ? [{ isWell: false, text: `It has succeeded ${ago} ago, and may run ${every}.` }]
    : [{ isWell: true, text: `It has succeeded ${ago} ago, and may run ${every}.` }];
}

async function change({ acting }: TargetDeps, sealed: Sealed, { run }: LiveRun): Promise<Sent> {
  const { region, pipeline, parameters } = sealed;
  const PipelineParameters = Object.entries(parameters).map(([Name, Value]) => ({ Name, Value }));
  const answer = await callSageMaker(
    acting,
    { permission: 'sagemaker:StartPipelineExecution', region },
    (client, sdk) =>
      client.send(
        new sdk.StartPipelineExecutionCommand({
          PipelineName: pipeline,
          ClientRequestToken: tokenFor(run.token),
          PipelineExecutionDisplayName: nameFor(run),
          PipelineExecutionDescription: `Started by Tocsin for ${run.id}`,
          ...(PipelineParameters.length > 0 && { PipelineParameters }),
        }),
      ),
  );
  return { reference: answer.PipelineExecutionArn ?? null };
}

/** Without an answer it is known by its name. */
async function arnOf(deps: TargetDeps, sealed: Sealed, run: Looked): Promise<string | null> {
  if (run.reference !== null) return run.reference;
  const name = nameFor(run);
  return (await executionsOf(deps, sealed)).find((one) => one.name === name)?.arn ?? null;
}

async function look(deps: TargetDeps, sealed: Sealed, run: Looked): Promise<Sight> {
  if (run.sentAt === null) return { kind: 'untouched' };
  const arn = await arnOf(deps, sealed, run);
  if (arn === null) return { kind: 'untouched' };
  const execution = await executionOf(deps, sealed, arn);
  const { status, why } = execution;
  if (status === 'Succeeded') return await lookAtGate(deps, sealed, execution);
  const { phase, share, failed } = await progressOf(deps, sealed, execution);
  const link = null; // executions are to be seen in Studio only, whose address nobody can tell from their names
  if (isGoing(execution)) return { kind: 'under_way', phase, share, link };
  if (status === 'Stopped') return { kind: 'failed', why: `The execution was stopped. ${STAYS}`, link };
  if (status !== 'Failed') return { kind: 'under_way', phase: status, share, link };
  return { kind: 'failed', why: `The execution failed. ${failed ?? (why || 'SageMaker gives no reason.')}`, link };
}

const STAYS = 'What its steps have done until then stays.';

/** Steps that run on Lambda, or wait for somebody to call back, go on all the same. */
async function cancel(deps: TargetDeps, sealed: Sealed, { run }: LiveRun): Promise<void> {
  const arn = await arnOf(deps, sealed, run);
  if (arn === null || (await executionOf(deps, sealed, arn)).status !== 'Executing') return;
  const { region } = sealed;
  const call = { permission: 'sagemaker:StopPipelineExecution', region };
  const ClientRequestToken = tokenFor(run.token, 'stop/');
  await callSageMaker(deps.acting, call, (client, sdk) =>
    client.send(new sdk.StopPipelineExecutionCommand({ PipelineExecutionArn: arn, ClientRequestToken })),
  );
}
