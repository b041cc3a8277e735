import type { PlanCheck } from '../../domain/plan.ts';
import type { Sight } from '../target.ts';
import type { EcsDeployment, EcsService } from './ecs-calls.ts';

/** How far the newest deployment of a service is. It is through when ECS says so and nothing of the one before runs any more. */
export function rolloutSight(held: EcsService, primary: EcsDeployment, detail: string, link: string | null): Sight {
  if (primary.rollout === 'FAILED')
    return { kind: 'failed', why: `ECS could not bring it up: ${primary.reason || 'it gives no reason'}`, link };
  if (primary.rollout === 'COMPLETED' && held.deployments.every(({ status }) => status !== 'ACTIVE'))
    return { kind: 'done', detail, link };
  const failed = primary.failed > 0 ? `, ${primary.failed} failed` : '';
  const phase = `${primary.running} of ${primary.desired} new tasks run${failed}`;
  return { kind: 'under_way', phase, share: shareOf(primary.running, primary.desired), link };
}

export function shareOf(running: number, desired: number): number | null {
  return desired === 0 ? null : Math.min(1, running / desired);
}

/** CodeDeploy and others deploy by themselves: what is changed beside them, ECS refuses. */
export function controllerCheck({ controller, primary }: EcsService): PlanCheck[] {
  if (controller !== 'ECS')
    return [{ isWell: false, text: `${controller} deploys this service, not ECS: roll back there.` }];
  return primary?.rollout === 'IN_PROGRESS'
    ? [{ isWell: null, text: `A deployment of ${primary.definition} is under way; this one takes its place.` }]
    : [{ isWell: true, text: 'No other deployment is under way.' }];
}
