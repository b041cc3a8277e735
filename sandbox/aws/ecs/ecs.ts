import { type CallFaults, createCallFaults } from '../call-faults.ts';
import type { JsonService } from '../endpoint.ts';
import { answerEcs } from './ecs-operations.ts';
import { type EcsService, newDeployment, type TaskDefinition } from './ecs-services.ts';

/** `X-Amz-Target` of ECS starts with this. */
export const ECS_TARGET = 'AmazonEC2ContainerServiceV20141113.';

/** What was done to a service, by whom. */
export interface EcsChange {
  /** Epoch ms. */
  readonly at: number;
  readonly operation: 'UpdateService';
  readonly service: string;
  readonly principal: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface EcsOptions {
  readonly account: string;
  readonly region: string;
  readonly now: () => number;
}

/** The ECS of one account and region; its times are those of `now`. */
export interface Ecs extends EcsOptions {
  /** By `family:revision`. */
  readonly definitions: Map<string, TaskDefinition>;
  /** By `cluster/service`. */
  readonly services: Map<string, EcsService>;
  readonly faults: CallFaults;
  /** What was changed, oldest first. */
  readonly changes: readonly EcsChange[];
  /** Registers the next revision of a family; answers its name, `checkout:2`. */
  register(
    family: string,
    about: Pick<TaskDefinition, 'containers'> & Partial<Pick<TaskDefinition, 'cpu' | 'memory'>>,
  ): string;
  /** A service that runs so many tasks. */
  run(
    cluster: string,
    name: string,
    definition: string,
    about?: Partial<Pick<EcsService, 'desired' | 'hasCircuitBreaker' | 'isBehindClassic' | 'controller' | 'isDaemon'>>,
  ): EcsService;
  /** The tasks of the next deployment do not come up. */
  failNextDeployment(why: string): void;
  takeDeploymentFailure(): string | null;
  /** Is called with every change, after it. */
  onChange(listener: (change: EcsChange) => void): void;
  changed(change: Omit<EcsChange, 'at'>): void;
  readonly answer: JsonService['answer'];
}

export function createEcs({ account, region, now }: EcsOptions): Ecs {
  const changes: EcsChange[] = [];
  const listeners: ((change: EcsChange) => void)[] = [];
  let failure: string | null = null;
  const ecs: Ecs = {
    ...{ account, region, now, changes },
    ...{ definitions: new Map(), services: new Map(), faults: createCallFaults(400) },
    register(family, { containers, cpu = '256', memory = '512' }) {
      const revision = [...ecs.definitions.values()].filter((one) => one.family === family).length + 1;
      const made = { family, revision, cpu, memory, containers, registeredAt: now(), isActive: true };
      ecs.definitions.set(`${family}:${revision}`, made);
      return `${family}:${revision}`;
    },
    run(cluster, name, definition, about = {}) {
      const { desired = 2, hasCircuitBreaker = true, controller = 'ECS' } = about;
      const { isBehindClassic = false, isDaemon = false } = about;
      const first = newDeployment(definition, now());
      Object.assign(first, { rollout: 'COMPLETED', reason: `ECS deployment ${first.id} completed.` });
      const made: EcsService = {
        ...{ cluster, name, hasCircuitBreaker, isBehindClassic, controller, isDaemon, desired, hasRoom: true },
        ...{ scaled: { from: desired, at: now() }, deployments: [first] },
      };
      ecs.services.set(`${cluster}/${name}`, made);
      return made;
    },
    failNextDeployment: (why) => {
      failure = why;
    },
    takeDeploymentFailure: () => {
      const taken = failure;
      failure = null;
      return taken;
    },
    onChange: (listener) => void listeners.push(listener),
    changed: (change) => {
      const made = { ...change, at: now() };
      changes.push(made);
      for (const listener of listeners) listener(made);
    },
    answer: async (operation, input, context) => await answerEcs(ecs, operation, input, context),
  };
  return ecs;
}
