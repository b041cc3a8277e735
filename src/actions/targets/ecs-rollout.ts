import type { PlanCheck } from '../../domain/plan.ts';
import type { Sight } from '../target.ts';
import type { EcsDeployment, EcsService } from './ecs-calls.ts';

/**
 * How far the newest deployment of a service is. It is through when ECS says so and nothing of the one before runs any more. Of what is
 * behind a Classic Load Balancer ECS says no such thing: it is through when it is stable, as `aws ecs wait services-stable` has it.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
 */
export function rolloutSight(held: EcsService, primary: EcsDeployment, detail: string, link: string | null): Sight {
  if (primary.rollout === 'FAILED')
    return { kind: 'failed', why: `ECS could not bring it up: ${primary.reason || 'it gives no reason'}`, link };
  if ((primary.rollout === 'COMPLETED' && !isReplacing(held)) || (primary.rollout === '' && isStable(held)))
    return { kind: 'done', detail, link };
  const failed = primary.failed > 0 ? `, ${primary.failed} failed` : '';
  const phase = `${primary.running} of ${primary.desired} new tasks run${failed}`;
  return { kind: 'under_way', phase, share: shareOf(primary.running, primary.desired), link };
}

function isReplacing({ deployments }: EcsService): boolean {
  return deployments.some(({ status }) => status === 'ACTIVE');
}

function isStable({ deployments, running, desired }: EcsService): boolean {
  return deployments.length === 1 && running === desired;
}

export function shareOf(running: number, desired: number): number | null {
  return desired === 0 ? null : Math.min(1, running / desired);
}

/** CodeDeploy and others deploy by themselves: what is changed beside them, ECS refuses. */
export function controllerCheck(held: EcsService): PlanCheck[] {
  const { controller, primary } = held;
  if (controller !== 'ECS')
    return [{ isWell: false, text: `${controller} deploys this service, not ECS: roll back there.` }];
  const isUnderWay = primary?.rollout === 'IN_PROGRESS' || (primary?.rollout === '' && isReplacing(held));
  return primary && isUnderWay
    ? [{ isWell: null, text: `A deployment of ${primary.definition} is under way; this one takes its place.` }]
    : [{ isWell: true, text: 'No other deployment is under way.' }];
}
