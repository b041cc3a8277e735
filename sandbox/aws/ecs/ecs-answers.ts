import type { Ecs } from './ecs.ts';
import {
  type Deployment,
  type EcsService,
  newTasksAt,
  runningAt,
  settle,
  type TaskDefinition,
} from './ecs-services.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html; times in seconds, as the protocol has it. */
export function describeService(ecs: Ecs, service: EcsService): object {
  const now = ecs.now();
  settle(service, now);
  const place = `${ecs.region}:${ecs.account}`;
  const running = runningAt(service, now);
  const hasNoRoom = !service.hasRoom && running < service.desired;
  const words = `(service ${service.name}) was unable to place a task because no container instance met all of its requirements.`;
  return {
    serviceArn: `arn:aws:ecs:${place}:service/${service.cluster}/${service.name}`,
    clusterArn: `arn:aws:ecs:${place}:cluster/${service.cluster}`,
    ...{ serviceName: service.name, status: 'ACTIVE', launchType: service.isDaemon ? 'EC2' : 'FARGATE' },
    schedulingStrategy: service.isDaemon ? 'DAEMON' : 'REPLICA',
    ...{ desiredCount: service.desired, runningCount: running, pendingCount: Math.max(0, service.desired - running) },
    taskDefinition: definitionArn(ecs, service.deployments[0]?.definition ?? ''),
    deploymentController: { type: service.controller },
    deploymentConfiguration: {
      ...{ maximumPercent: 200, minimumHealthyPercent: 100 },
      deploymentCircuitBreaker: { enable: service.hasCircuitBreaker, rollback: service.hasCircuitBreaker },
    },
    deployments: service.deployments.map((one, index) => describeDeployment(ecs, service, one, index === 0)),
    events: hasNoRoom ? [{ id: service.name, createdAt: now / 1000, message: words }] : [],
  };
}

function describeDeployment(ecs: Ecs, service: EcsService, one: Deployment, isPrimary: boolean): object {
  const now = ecs.now();
  const running = isPrimary ? newTasksAt(service, one, now) : 0;
  const failed = one.failure === null ? 0 : Math.floor((now - one.createdAt) / 10_000);
  return {
    ...{ id: one.id, status: isPrimary ? 'PRIMARY' : 'ACTIVE', taskDefinition: definitionArn(ecs, one.definition) },
    desiredCount: isPrimary ? service.desired : 0,
    ...{ runningCount: running, pendingCount: isPrimary ? service.desired - running : 0, failedTasks: failed },
    ...{ createdAt: one.createdAt / 1000, updatedAt: one.createdAt / 1000 },
    ...(service.isBehindClassic ? {} : { rolloutState: one.rollout, rolloutStateReason: one.reason }),
  };
}

function definitionArn({ region, account }: Ecs, name: string): string {
  return `arn:aws:ecs:${region}:${account}:task-definition/${name}`;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html */
export function describeDefinition(ecs: Ecs, one: TaskDefinition): object {
  return {
    taskDefinitionArn: definitionArn(ecs, `${one.family}:${one.revision}`),
    ...{ family: one.family, revision: one.revision, status: one.isActive ? 'ACTIVE' : 'INACTIVE' },
    ...{ cpu: one.cpu, memory: one.memory, registeredAt: one.registeredAt / 1000 },
    registeredBy: `arn:aws:iam::${ecs.account}:user/deployer`,
    containerDefinitions: one.containers.map(({ name, image, environment }) => ({
      ...{ name, image, essential: true },
      environment: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
    })),
  };
}
