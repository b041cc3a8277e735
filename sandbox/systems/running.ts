import type { ActionsHook } from '../actions-hook/actions-hook.ts';
import type { SandboxRunning } from '../api.ts';
import { stepsOf } from '../aws/sagemaker/executions.ts';
import type { SageMaker } from '../aws/sagemaker/registry.ts';
import type { Statuspage } from '../statuspage/statuspage.ts';
import { CHALLENGER, trafficOf } from './releases.ts';

/** Which configuration an endpoint serves with, and where it is going. */
export function endpointRunning(sageMaker: SageMaker, name: string): SandboxRunning {
  const endpoint = sageMaker.endpoints.get(name);
  const tried = Math.round(100 * trafficOf(sageMaker, name, CHALLENGER));
  const config = `${endpoint?.config ?? 'nothing'}${tried > 0 ? `, ${tried} % to the challenger` : ''}`;
  const to = endpoint?.deployment?.to ?? '';
  const isChanging = to !== '';
  return { what: name, now: isChanging ? `${config} → ${to}, ${endpoint?.status ?? ''}` : config, isChanging };
}

/** The newest run of a pipeline, while there is one. */
export function pipelineRunning(
  { executions }: Pick<SageMaker, 'executions'>,
  pipeline: string,
  now: number,
): readonly SandboxRunning[] {
  const newest = [...executions.values()].findLast((one) => one.pipeline === pipeline);
  if (newest === undefined) return [];
  const isChanging = newest.status === 'Executing' || newest.status === 'Stopping';
  const step = isChanging ? stepsOf(newest, now).at(-1)?.step.name : undefined;
  return [{ what: pipeline, now: step === undefined ? newest.status : `${newest.status}: ${step}`, isChanging }];
}

/** The newest version of a model package group. */
export function packageRunning({ packages }: Pick<SageMaker, 'packages'>, group: string): SandboxRunning {
  const newest = [...packages.values()].findLast((one) => one.group === group);
  return {
    what: group,
    now: newest === undefined ? 'empty' : `${newest.version}: ${newest.approval}`,
    isChanging: false,
  };
}

/** What the public reads, while there is something. */
export function publicRunning({ incidents }: Statuspage): readonly SandboxRunning[] {
  const [newest] = incidents();
  return newest === undefined
    ? []
    : [{ what: 'Status page', now: `${newest.name}: ${newest.status}`, isChanging: false }];
}

/** The newest ticket that was opened. */
export function ticketsRunning({ tickets }: ActionsHook): readonly SandboxRunning[] {
  const [newest] = tickets();
  return newest === undefined ? [] : [{ what: `Ticket #${newest.number}`, now: newest.title, isChanging: false }];
}
