import { AwsError } from '../aws-error.ts';
import type { Input } from '../input.ts';
import { list, number, object, objects, requiredText, text } from '../input.ts';
import { checkDeployment } from './constraints.ts';
import { asFloat, liveAsIn, liveOf, variantStatus } from './deployments.ts';
import { missing, named, paged } from './listing.ts';
import type { Calling, Operation } from './operation.ts';
import type { Deployment, Endpoint, EndpointConfig, Live } from './registry.ts';

export const ENDPOINT_OPERATIONS: Readonly<Record<string, Operation>> = {
  DescribeEndpoint: (calling, input) => described(calling, endpointIn(calling, input)),
  ListEndpoints: ({ sageMaker, arnOf }, input) => {
    const found = named([...sageMaker.endpoints.values()], input).map((endpoint) => ({
      EndpointName: endpoint.name,
      EndpointArn: arnOf(`endpoint/${endpoint.name}`),
      CreationTime: endpoint.createdAt / 1000,
      LastModifiedTime: endpoint.modifiedAt / 1000,
      EndpointStatus: endpoint.status,
    }));
    return paged('Endpoints', found, input);
  },
  UpdateEndpoint: (calling, input) => {
    const endpoint = endpointIn(calling, input);
    const config = configIn(calling, input);
    free(calling, endpoint);
    const asked = object(input, 'DeploymentConfig') ?? null;
    if (asked) checkDeployment(asked);
    if (asked) sameVariants(calling, endpoint, config);
    const { sageMaker, at } = calling;
    const endsAt = at + sageMaker.timing.deployMs;
    const why = sageMaker.faults.takeDeploymentFailure();
    begin(calling, endpoint, 'UpdateEndpoint', {
      ...{ kind: 'configuration', to: config.name, startedAt: at, endsAt, asked },
      live: afterwards(liveOf(sageMaker, endpoint), liveAsIn(config), input),
      guard: objects(object(asked ?? {}, 'AutoRollbackConfiguration') ?? {}, 'Alarms').map((alarm) =>
        requiredText(alarm, 'AlarmName'),
      ),
      failure: why === null ? null : { at: at + sageMaker.timing.deployMs / 2, why },
    });
    return { EndpointArn: calling.arnOf(`endpoint/${endpoint.name}`) };
  },
  UpdateEndpointWeightsAndCapacities: (calling, input) => {
    const endpoint = endpointIn(calling, input);
    free(calling, endpoint);
    const { sageMaker, at } = calling;
    const live = weighed(calling, endpoint, input);
    begin(calling, endpoint, 'UpdateEndpointWeightsAndCapacities', {
      ...{ kind: 'weights', to: endpoint.config, live, startedAt: at, endsAt: at + sageMaker.timing.weightsMs },
      ...{ guard: [], failure: null, asked: null },
    });
    return { EndpointArn: calling.arnOf(`endpoint/${endpoint.name}`) };
  },
};

function begin({ sageMaker, at, tell }: Calling, endpoint: Endpoint, operation: string, deployment: Deployment): void {
  Object.assign(endpoint, { deployment, status: 'Updating', modifiedAt: at });
  sageMaker.journal.push({ operation, subject: endpoint.name, at });
  tell({ kind: deployment.kind === 'configuration' ? 'deploying' : 'endpoint', endpoint: endpoint.name, at });
}

function endpointIn({ sageMaker, arnOf }: Calling, input: Input): Endpoint {
  const name = requiredText(input, 'EndpointName');
  return sageMaker.endpoints.get(name) ?? missing('endpoint', arnOf(`endpoint/${name}`));
}

function configIn({ sageMaker, arnOf }: Calling, input: Input): EndpointConfig {
  const name = requiredText(input, 'EndpointConfigName');
  return sageMaker.configs.get(name) ?? missing('endpoint configuration', arnOf(`endpoint-config/${name}`));
}

/** What is being changed, or has failed, takes no other change. */
function free({ arnOf }: Calling, { name, status }: Endpoint): void {
  const arn = arnOf(`endpoint/${name}`);
  if (status === 'Updating' || status === 'RollingBack')
    throw new AwsError('ValidationException', 400, `Cannot update in-progress endpoint "${arn}".`);
  if (status === 'Failed')
    throw new AwsError('ValidationException', 400, `Cannot update endpoint "${arn}" that is in Failed status.`);
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html */
function sameVariants({ sageMaker }: Calling, endpoint: Endpoint, config: EndpointConfig): void {
  const namesOf = (one: EndpointConfig | undefined) =>
    (one?.variants ?? [])
      .map(({ name }) => name)
      .sort()
      .join(', ');
  if (namesOf(sageMaker.configs.get(endpoint.config)) === namesOf(config)) return;
  throw new AwsError('ValidationException', 400, 'The variant names of the new endpoint configuration differ.');
}

/** `RetainAllVariantProperties` keeps what autoscaling and people have set, but for what is excluded from it. */
function afterwards(now: Live, configured: Live, input: Input): Live {
  if (input.RetainAllVariantProperties !== true) return configured;
  const left = objects(input, 'ExcludeRetainedVariantProperties').map((one) => text(one, 'VariantPropertyType'));
  const keeps = (property: string) => !left.includes(property);
  return Object.fromEntries(
    Object.entries(configured).map(([name, own]) => [
      name,
      {
        weight: keeps('DesiredWeight') ? (now[name]?.weight ?? own.weight) : own.weight,
        instances: keeps('DesiredInstanceCount') ? (now[name]?.instances ?? own.instances) : own.instances,
      },
    ]),
  );
}

function weighed({ sageMaker, arnOf }: Calling, endpoint: Endpoint, input: Input): Live {
  const now = liveOf(sageMaker, endpoint);
  const asked = objects(input, 'DesiredWeightsAndCapacities');
  if (list(input, 'DesiredWeightsAndCapacities') === undefined)
    throw new AwsError('ValidationException', 400, 'DesiredWeightsAndCapacities must not be empty');
  const changed = asked.map((one) => {
    const name = requiredText(one, 'VariantName');
    const before = now[name] ?? missing('production variant', `${arnOf(`endpoint/${endpoint.name}`)}/${name}`);
    const weight = number(one, 'DesiredWeight') ?? before.weight;
    return [name, { weight, instances: number(one, 'DesiredInstanceCount') ?? before.instances }] as const;
  });
  return { ...now, ...Object.fromEntries(changed) };
}

function described({ sageMaker, arnOf, at }: Calling, endpoint: Endpoint): object {
  const { deployment = null } = endpoint;
  const live = liveOf(sageMaker, endpoint);
  const desired = deployment?.kind === 'weights' ? deployment.live : live;
  const isDeploying = deployment?.kind === 'configuration';
  return {
    EndpointName: endpoint.name,
    EndpointArn: arnOf(`endpoint/${endpoint.name}`),
    EndpointConfigName: endpoint.config,
    EndpointStatus: endpoint.status,
    CreationTime: endpoint.createdAt / 1000,
    LastModifiedTime: endpoint.modifiedAt / 1000,
    ...(endpoint.failureReason === null ? {} : { FailureReason: endpoint.failureReason }),
    ...(isDeploying && { PendingDeploymentSummary: pending(deployment, at) }),
    ProductionVariants: Object.entries(live).map(([name, { weight, instances }]) => ({
      VariantName: name,
      CurrentWeight: asFloat(weight),
      DesiredWeight: asFloat(desired[name]?.weight ?? weight),
      CurrentInstanceCount: instances,
      DesiredInstanceCount: desired[name]?.instances ?? instances,
    })),
  };
}

function pending(deployment: Deployment, at: number): object {
  const status = { Status: variantStatus(deployment, at) };
  return {
    EndpointConfigName: deployment.to,
    StartTime: deployment.startedAt / 1000,
    ProductionVariants: Object.entries(deployment.live).map(([name, { weight, instances }]) => ({
      ...{ VariantName: name, DesiredWeight: weight, DesiredInstanceCount: instances, VariantStatus: [status] },
    })),
  };
}
