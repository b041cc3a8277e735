import type { Deployment, ECSClient, Service as SdkService } from '@aws-sdk/client-ecs';
import { SetupError } from '../../app/errors.ts';
import { type AwsCall, askAws } from '../../aws/errors.ts';
import type { Place, TargetDeps } from '../target.ts';
import { consoleLink, regionOf } from './aws-place.ts';

/** A service of one cluster. */
export interface ServicePlace {
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
}

/** One attempt of ECS to bring a service to a task definition. */
export interface EcsDeployment {
  readonly id: string;
  /** `PRIMARY` is the newest, `ACTIVE` those that it replaces. */
  readonly status: string;
  /** As `checkout:41`. */
  readonly definition: string;
  readonly desired: number;
  readonly running: number;
  readonly failed: number;
  /** `IN_PROGRESS`, `COMPLETED`, `FAILED`; empty where ECS does not say, as behind a Classic Load Balancer. */
  readonly rollout: string;
  readonly reason: string;
  /** Epoch ms. */
  readonly createdAt: number | null;
}

export interface EcsService {
  /** As `checkout:42`. */
  readonly definition: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly primary: EcsDeployment | null;
  /** The newest first. */
  readonly deployments: readonly EcsDeployment[];
  /** Who deploys it: `ECS`, `CODE_DEPLOY`, `EXTERNAL`. */
  readonly controller: string;
  readonly hasCircuitBreaker: boolean;
  /** Runs one task on each instance of the cluster, so that ECS takes no number. */
  readonly isDaemon: boolean;
  /** What ECS said last, and when (epoch ms). */
  readonly says: { readonly text: string; readonly at: number } | null;
}

type Sdk = typeof import('@aws-sdk/client-ecs');

/** One call of ECS, its failures in our words. Loads the SDK when it is first needed. */
export async function callEcs<T>(
  clients: TargetDeps['aws'],
  call: AwsCall,
  send: (client: ECSClient, sdk: Sdk) => Promise<T>,
): Promise<T> {
  const [client, sdk] = [await clients.ecs(call.region), await import('@aws-sdk/client-ecs')];
  return await askAws(call, async () => await send(client, sdk));
}

/** The service that an action is for. */
export function placeOfService(
  asked: Pick<Place, 'region' | 'environment' | 'service' | 'fill'> & {
    readonly settings: { readonly cluster: string; readonly service: string };
  },
): ServicePlace {
  const { cluster, service } = asked.settings;
  return { region: regionOf(asked), cluster: asked.fill(cluster), service: asked.fill(service) };
}

/** The same for a name and for an ARN. */
export function lockOf({ region, cluster, service }: ServicePlace): string {
  return `ecs:${region}:service/${shortName(cluster)}/${shortName(service)}`;
}

/** Throws SetupError when there is no such service. */
export async function serviceOf(
  { aws }: Pick<TargetDeps, 'aws'>,
  { region, cluster, service }: ServicePlace,
): Promise<EcsService> {
  const call = { permission: 'ecs:DescribeServices', region };
  const { services, failures } = await callEcs(aws, call, (client, sdk) =>
    client.send(new sdk.DescribeServicesCommand({ cluster, services: [service] })),
  );
  const held = services?.[0];
  if (held?.status === 'ACTIVE') return serviceFrom(held);
  const why = held ? `it is ${held.status ?? 'in no known state'}` : (failures?.[0]?.reason ?? 'ECS does not know it');
  throw new SetupError(`The service ${service} of the cluster ${cluster} in ${region} cannot be changed: ${why}.`);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html */
function serviceFrom(held: SdkService): EcsService {
  const deployments = (held.deployments ?? [])
    .map(deploymentFrom)
    .toSorted((one, other) => (other.createdAt ?? 0) - (one.createdAt ?? 0));
  const said = held.events?.[0];
  return {
    definition: shortName(held.taskDefinition ?? ''),
    desired: held.desiredCount ?? 0,
    running: held.runningCount ?? 0,
    pending: held.pendingCount ?? 0,
    primary: deployments.find(({ status }) => status === 'PRIMARY') ?? null,
    deployments,
    controller: held.deploymentController?.type ?? 'ECS',
    hasCircuitBreaker: held.deploymentConfiguration?.deploymentCircuitBreaker?.enable === true,
    isDaemon: held.schedulingStrategy === 'DAEMON',
    says: said ? { text: (said.message ?? '').slice(0, 300), at: said.createdAt?.getTime() ?? 0 } : null,
  };
}

function deploymentFrom(held: Deployment): EcsDeployment {
  return {
    id: held.id ?? '',
    status: held.status ?? '',
    definition: shortName(held.taskDefinition ?? ''),
    desired: held.desiredCount ?? 0,
    running: held.runningCount ?? 0,
    failed: held.failedTasks ?? 0,
    rollout: held.rolloutState ?? '',
    reason: (held.rolloutStateReason ?? '').slice(0, 200),
    createdAt: held.createdAt?.getTime() ?? null,
  };
}

/** `checkout:41` of `arn:aws:ecs:eu-central-1:123456789012:task-definition/checkout:41`; names stay as they are. */
export function shortName(definition: string): string {
  return definition.slice(definition.lastIndexOf('/') + 1);
}

/** Where somebody can look at a service. */
export function serviceLink({ region, cluster, service }: ServicePlace): string | null {
  const path = `ecs/v2/clusters/${encodeURIComponent(cluster)}/services/${encodeURIComponent(service)}`;
  return consoleLink(region, `${path}/health?region=${region}`);
}
