import { randomUUID } from 'node:crypto';

/** What tasks are made of. Times are epoch ms. */
export interface TaskDefinition {
  readonly family: string;
  readonly revision: number;
  readonly cpu: string;
  readonly memory: string;
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly environment: Readonly<Record<string, string>>;
  }[];
  readonly registeredAt: number;
  isActive: boolean;
}

export interface Deployment {
  readonly id: string;
  readonly definition: string;
  readonly createdAt: number;
  /** Why its tasks do not come up; `null`: they do. */
  readonly failure: string | null;
  rollout: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  reason: string;
}

export interface EcsService {
  readonly cluster: string;
  readonly name: string;
  readonly hasCircuitBreaker: boolean;
  /** ECS says nothing of the rollouts of what is behind a Classic Load Balancer. */
  readonly isBehindClassic: boolean;
  readonly controller: 'ECS' | 'CODE_DEPLOY';
  /** One task on each instance: nobody sets how many. */
  readonly isDaemon: boolean;
  desired: number;
  /** How many ran when the number was last changed, and when that was. */
  scaled: { readonly from: number; readonly at: number };
  /** Whether there is room for more tasks. */
  hasRoom: boolean;
  /** The newest first; the first is the primary one. */
  deployments: Deployment[];
}

/** How long the tasks of a deployment take to take over, and one more task to start, in ms. */
export const ROLLOUT_MS = 40_000;
export const TASK_MS = 5_000;

export function newDeployment(definition: string, at: number, failure: string | null = null): Deployment {
  const id = `ecs-svc/${BigInt(`0x${randomUUID().replaceAll('-', '').slice(0, 15)}`)}`;
  return {
    id,
    definition,
    createdAt: at,
    failure,
    rollout: 'IN_PROGRESS',
    reason: `ECS deployment ${id} in progress.`,
  };
}

/** Brings the deployments of a service to how they are at `now` (epoch ms). */
export function settle(service: EcsService, now: number): void {
  const [primary, before] = service.deployments;
  if (primary?.rollout !== 'IN_PROGRESS') return;
  const age = now - primary.createdAt;
  if (primary.failure === null) {
    if (age < ROLLOUT_MS) return;
    Object.assign(primary, { rollout: 'COMPLETED', reason: `ECS deployment ${primary.id} completed.` });
    service.deployments = [primary];
    return;
  }
  if (age < ROLLOUT_MS / 2 || !service.hasCircuitBreaker || !before) return;
  const back = newDeployment(before.definition, primary.createdAt + ROLLOUT_MS / 2);
  Object.assign(primary, { rollout: 'FAILED', reason: `ECS deployment circuit breaker: ${primary.failure}` });
  back.reason = `ECS deployment circuit breaker: rolling back to deploymentId ${before.id}.`;
  service.deployments = [back, primary, before];
  settle(service, now);
}

/** How many tasks run at `now` (epoch ms): one more, or fewer, every few seconds. */
export function runningAt({ desired, scaled, hasRoom }: EcsService, now: number): number {
  const steps = Math.floor((now - scaled.at) / TASK_MS);
  if (desired <= scaled.from) return Math.max(desired, scaled.from - steps);
  return hasRoom ? Math.min(desired, scaled.from + steps) : scaled.from;
}

/** How many tasks of the newest deployment run. */
export function newTasksAt(service: EcsService, { createdAt, rollout, failure }: Deployment, now: number): number {
  if (rollout === 'COMPLETED') return runningAt(service, now);
  if (failure !== null) return 0;
  return Math.min(runningAt(service, now), Math.floor((service.desired * (now - createdAt)) / ROLLOUT_MS));
}
