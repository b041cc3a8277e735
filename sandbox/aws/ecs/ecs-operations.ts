import { AwsError } from '../aws-error.ts';
import type { CallContext } from '../endpoint.ts';
import type { Input } from '../input.ts';
import { number, pageOf, requiredText, text } from '../input.ts';
import type { Ecs } from './ecs.ts';
import { describeDefinition, describeService } from './ecs-answers.ts';
import { type EcsService, newDeployment, runningAt, settle, type TaskDefinition } from './ecs-services.ts';

type Operation = (ecs: Ecs, input: Input, context: CallContext) => object;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  DescribeServices: describeServices,
  DescribeTaskDefinition: (ecs, input) => {
    const found = definitionAt(ecs, requiredText(input, 'taskDefinition'));
    return { taskDefinition: describeDefinition(ecs, found) };
  },
  ListTaskDefinitions: listTaskDefinitions,
  UpdateService: updateService,
};

/**
 * Answers one call of ECS.
 * @throws AwsError as ECS would say no
 */
export async function answerEcs(ecs: Ecs, operation: string, input: Input, context: CallContext): Promise<object> {
  const run = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
  if (run === undefined) throw new AwsError('UnknownOperationException', 400, `${operation} is not offered here`);
  const place = `${ecs.region}:${ecs.account}`;
  const service = text(input, 'service');
  const arn = service
    ? `arn:aws:ecs:${place}:service/${shortName(text(input, 'cluster') ?? 'default')}/${service}`
    : '*';
  await ecs.faults.before(operation, `ecs:${operation}`, arn, context);
  const result = run(ecs, input, context);
  if (ecs.faults.isLost(operation)) context.loseAnswer();
  return result;
}

/** Names and ARNs are taken alike. */
function shortName(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}

function serviceAt({ services }: Ecs, input: Input, name: string): EcsService | undefined {
  const cluster = shortName(text(input, 'cluster') ?? 'default');
  if (![...services.values()].some((one) => one.cluster === cluster))
    throw new AwsError('ClusterNotFoundException', 400, 'Cluster not found.');
  return services.get(`${cluster}/${shortName(name)}`);
}

function describeServices(ecs: Ecs, input: Input): object {
  const names = Array.isArray(input.services) ? input.services.map(String) : [];
  const found = names.map((name) => ({ name, service: serviceAt(ecs, input, name) }));
  return {
    services: found.flatMap(({ service }) => (service ? [describeService(ecs, service)] : [])),
    failures: found
      .filter(({ service }) => service === undefined)
      .map(({ name }) => ({ arn: `arn:aws:ecs:${ecs.region}:${ecs.account}:service/${name}`, reason: 'MISSING' })),
  };
}

/** `checkout:2`, or `checkout` for its newest that is active. */
function definitionAt({ definitions }: Ecs, wanted: string): TaskDefinition {
  const name = shortName(wanted);
  const newest = [...definitions.values()].findLast(({ family, isActive }) => family === name && isActive);
  const found = definitions.get(name) ?? newest;
  if (found === undefined) throw new AwsError('ClientException', 400, 'Unable to describe task definition.');
  return found;
}

function listTaskDefinitions(ecs: Ecs, input: Input): object {
  const family = text(input, 'familyPrefix');
  const isActive = (text(input, 'status') ?? 'ACTIVE') === 'ACTIVE';
  const sign = text(input, 'sort') === 'DESC' ? -1 : 1;
  const arns = [...ecs.definitions.values()]
    .filter((one) => (family === undefined || one.family === family) && one.isActive === isActive)
    .sort((one, other) => sign * (one.revision - other.revision))
    .map((one) => `arn:aws:ecs:${ecs.region}:${ecs.account}:task-definition/${one.family}:${one.revision}`);
  const { items, next } = pageOf(arns, text(input, 'nextToken'), number(input, 'maxResults') ?? 100);
  return { taskDefinitionArns: items, ...(next.NextToken ? { nextToken: next.NextToken } : {}) };
}

function updateService(ecs: Ecs, input: Input, { principal }: CallContext): object {
  const { now } = ecs;
  const service = serviceAt(ecs, input, requiredText(input, 'service'));
  if (service === undefined) throw new AwsError('ServiceNotFoundException', 400, 'Service not found.');
  settle(service, now());
  const current = service.deployments[0]?.definition ?? '';
  const wanted = wantedDefinition(ecs, service, input) ?? current;
  if (wanted !== current || input.forceNewDeployment === true) {
    const made = newDeployment(wanted, now(), ecs.takeDeploymentFailure());
    service.deployments = [made, ...service.deployments];
  }
  const desired = number(input, 'desiredCount');
  if (desired !== undefined && service.isDaemon) {
    const words =
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again';
    throw new AwsError('InvalidParameterException', 400, words);
  }
  if (desired !== undefined) {
    service.scaled = { from: runningAt(service, now()), at: now() };
    service.desired = desired;
  }
  ecs.changed({ operation: 'UpdateService', service: service.name, principal, input });
  return { service: describeService(ecs, service) };
}

function wantedDefinition(ecs: Ecs, { controller }: EcsService, input: Input): string | undefined {
  const wanted = text(input, 'taskDefinition');
  if (wanted === undefined) return undefined;
  if (controller !== 'ECS') {
    const words = `Unable to update task definition on services with a ${controller} deployment controller. Use AWS CodeDeploy to trigger a new deployment.`;
    throw new AwsError('InvalidParameterException', 400, words);
  }
  const { family, revision, isActive } = definitionAt(ecs, wanted);
  if (!isActive) throw new AwsError('ClientException', 400, 'TaskDefinition is inactive');
  return `${family}:${revision}`;
}
