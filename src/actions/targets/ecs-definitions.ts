import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import type { PlanDifference } from '../../domain/plan.ts';
import type { TargetDeps } from '../target.ts';
import { callEcs, shortName } from './ecs-calls.ts';

/** What tasks are made of. Of the environment the names alone leave this file: values may be secrets. */
export interface Definition {
  /** As `checkout:41`. */
  readonly name: string;
  readonly isActive: boolean;
  readonly cpu: string;
  readonly memory: string;
  readonly containers: ReadonlyMap<string, Container>;
  /** Who registered it, and when (epoch ms). */
  readonly by: string | null;
  readonly at: number | null;
}

interface Container {
  readonly image: string;
  readonly environment: ReadonlyMap<string, string>;
}

/** `wanted` is `checkout:41`, `checkout` for its newest, or an ARN. Throws SetupError when there is none. */
export async function definitionOf(
  { aws }: Pick<TargetDeps, 'aws'>,
  region: string,
  wanted: string,
): Promise<Definition> {
  const call = { permission: 'ecs:DescribeTaskDefinition', region };
  const { taskDefinition } = await callEcs(aws, call, (client, sdk) =>
    client.send(new sdk.DescribeTaskDefinitionCommand({ taskDefinition: wanted })),
  );
  return definitionFrom(taskDefinition ?? {}, wanted);
}

/** The revisions of a family that can still be used, the highest first; at most a hundred. */
export async function revisionsOf(
  { aws }: Pick<TargetDeps, 'aws'>,
  region: string,
  family: string,
): Promise<readonly number[]> {
  const call = { permission: 'ecs:ListTaskDefinitions', region };
  const input = { familyPrefix: family, status: 'ACTIVE', sort: 'DESC', maxResults: 100 } as const;
  const { taskDefinitionArns } = await callEcs(aws, call, (client, sdk) =>
    client.send(new sdk.ListTaskDefinitionsCommand(input)),
  );
  return (taskDefinitionArns ?? [])
    .map((arn) => shortName(arn).split(':'))
    .filter(([name]) => name === family)
    .map(([, revision]) => Number(revision))
    .sort((one, other) => other - one);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html */
function definitionFrom(held: TaskDefinition, wanted: string): Definition {
  return {
    name: shortName(held.taskDefinitionArn ?? wanted),
    isActive: held.status === 'ACTIVE',
    cpu: held.cpu ?? 'unset',
    memory: held.memory ?? 'unset',
    containers: new Map((held.containerDefinitions ?? []).map((one) => [one.name ?? '', containerFrom(one)])),
    by: held.registeredBy === undefined ? null : shortName(held.registeredBy),
    at: held.registeredAt?.getTime() ?? null,
  };
}

function containerFrom({ image, environment, secrets }: ContainerDefinition): Container {
  const plain = (environment ?? []).map(({ name, value }) => [name ?? '', `value ${value}`] as const);
  const secret = (secrets ?? []).map(({ name, valueFrom }) => [name ?? '', `secret ${valueFrom}`] as const);
  return { image: image ?? 'none', environment: new Map([...plain, ...secret]) };
}

const MOST_NAMES = 8;

/** What differs between two task definitions: images, sizes, and which variables of the environment, by their names. */
export function describeDefinitions(before: Definition, after: Definition): PlanDifference[] {
  const names = [...new Set([...before.containers.keys(), ...after.containers.keys()])];
  const all = [
    { what: 'Task definition', from: before.name, to: after.name },
    { what: 'CPU', from: before.cpu, to: after.cpu },
    { what: 'Memory', from: before.memory, to: after.memory },
    ...names.flatMap((name) => describeContainer(name, before.containers.get(name), after.containers.get(name))),
  ];
  return all.filter(({ from, to }) => from !== to);
}

function describeContainer(
  name: string,
  before: Container | undefined,
  after: Container | undefined,
): PlanDifference[] {
  const image = { what: `Image of ${name}`, from: imageOf(before), to: imageOf(after) };
  const [old, next] = [
    before?.environment ?? new Map<string, string>(),
    after?.environment ?? new Map<string, string>(),
  ];
  const gone = [...old.keys()].filter((key) => !next.has(key));
  const added = [...next.keys()].filter((key) => !old.has(key));
  const others = [...next.keys()].filter((key) => old.has(key) && old.get(key) !== next.get(key));
  const what = `Environment of ${name}`;
  return [
    image,
    ...(gone.length + added.length === 0 ? [] : [{ what, from: listed('has', gone), to: listed('has', added) }]),
    ...(others.length === 0 ? [] : [{ what, from: listed('values of', others), to: 'other values' }]),
  ];
}

function listed(before: string, names: readonly string[]): string {
  if (names.length === 0) return 'without them';
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return `${before} ${names.slice(0, MOST_NAMES).join(', ')}${more}`;
}

function imageOf(container: Container | undefined): string {
  return container?.image.slice(-150) ?? 'no such container';
}
