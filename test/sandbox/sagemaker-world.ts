import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { addEndpoint, type Endpoint, type JsonService } from '../../sandbox/aws/endpoint.ts';
import type { Input } from '../../sandbox/aws/input.ts';
import { createSageMakerChanges, type SageMakerChanges } from '../../sandbox/aws/sagemaker/changes.ts';
import { createSageMaker, type SageMaker } from '../../sandbox/aws/sagemaker/registry.ts';
import {
  createSageMakerMachine,
  SAGEMAKER_TARGET,
  type SageMakerMachine,
} from '../../sandbox/aws/sagemaker/sagemaker-operations.ts';
import { createSts } from '../../sandbox/aws/sts.ts';

const PLACE = { account: '123456789012', region: 'eu-central-1' };

/** SageMaker and the alarms that guard its deployments behind one address, on a clock that the test moves. */
export interface SageMakerWorld {
  readonly sageMaker: SageMaker;
  readonly machine: SageMakerMachine;
  /** What somebody does by hand. */
  readonly changes: SageMakerChanges;
  readonly clock: { now: number };
  readonly url: string;
  /** Names of alarms in ALARM; others are OK. */
  readonly firing: Set<string>;
  /** Alarms that are there. */
  readonly alarms: Set<string>;
  /** What was sent with each call of an operation, in order. */
  asked(operation: string): readonly Input[];
  /** What EventBridge would have been told. */
  readonly told: object[];
  close(): Promise<void>;
}

export async function startSageMaker(clock: { now: number }): Promise<SageMakerWorld> {
  const sageMaker = createSageMaker();
  const firing = new Set<string>();
  const alarms = new Set(['shop-5xx', 'shop-slow']);
  const told: object[] = [];
  const place = PLACE;
  const machine = createSageMakerMachine({
    ...{ sageMaker, place, now: () => clock.now },
    isFiring: (name) => firing.has(name),
  });
  const changes = createSageMakerChanges({ sageMaker, place, tell: (event) => told.push(event) });
  addHistory(sageMaker, changes, clock.now);
  told.length = 0;

  const app = fastify({ forceCloseConnections: true });
  const calls: { readonly operation: string; readonly input: Input }[] = [];
  const answer: JsonService['answer'] = (operation, input, context) => {
    calls.push({ operation, input });
    return machine.answer(operation, input, context);
  };
  const services: JsonService[] = [
    { target: SAGEMAKER_TARGET, version: '1.1', namespace: 'com.amazonaws.sagemaker', answer },
    {
      ...{ target: 'GraniteServiceVersion20100801.', version: '1.0', namespace: 'com.amazonaws.cloudwatch' },
      answer: (_, input) => ({ MetricAlarms: described(input, alarms, firing), CompositeAlarms: [] }),
    },
  ];
  // Only its JSON protocols are asked in these tests.
  const sts = createSts({ account: PLACE.account, now: () => clock.now });
  const others = { sts, sns: { faults: {}, sms: {} } } as unknown as Omit<Endpoint, 'services'>;
  addEndpoint(app, { ...others, services });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo; // a listening TCP server has one
  return {
    ...{ sageMaker, machine, changes, clock, firing, alarms, told },
    asked: (operation) => calls.filter((one) => one.operation === operation).map(({ input }) => input),
    url: `http://127.0.0.1:${port}/`,
    close: () => app.close(),
  };
}

function described(input: Input, alarms: ReadonlySet<string>, firing: ReadonlySet<string>): object[] {
  const asked = Array.isArray(input.AlarmNames) ? input.AlarmNames.map(String) : [];
  return asked
    .filter((name) => alarms.has(name))
    .map((name) => ({ AlarmName: name, StateValue: firing.has(name) ? 'ALARM' : 'OK' }));
}

/** An endpoint with a champion and a challenger that serves v42; v40 and v41 were before. */
export function addShop({ models, configs, endpoints }: SageMaker, now: number): void {
  for (const version of [40, 41, 42]) {
    const createdAt = now - (43 - version) * 86_400_000;
    const name = `shop-v${version}`;
    models.set(name, { name, image: `shop:${version}`, dataUrl: `s3://models/${name}.tar.gz`, createdAt });
    const instanceType = version === 42 ? 'ml.m5.xlarge' : 'ml.m5.large';
    const variants = [
      { name: 'champion', model: name, instances: 2, instanceType, weight: 0.8 },
      { name: 'challenger', model: name, instances: 1, instanceType, weight: 0.2 },
    ];
    configs.set(name, { name, createdAt, variants });
  }
  endpoints.set('shop-prod', {
    ...{ name: 'shop-prod', createdAt: now - 9e9, config: 'shop-v42', status: 'InService' },
    ...{ failureReason: null, modifiedAt: now - 3_600_000 },
  });
}

function addHistory(sageMaker: SageMaker, changes: SageMakerChanges, now: number): void {
  const steps = [
    { name: 'Prepare', type: 'Processing', takesMs: 10_000 },
    { name: 'Train', type: 'Training', takesMs: 30_000, metric: { name: 'auc', value: 0.81 } },
  ];
  sageMaker.pipelines.set('shop-retrain', { name: 'shop-retrain', steps });
  const before = changes.start('shop-retrain', 'nightly', now - 30 * 3_600_000);
  changes.finish(before, 'Succeeded', null, now - 29 * 3_600_000);
  changes.register('shop-models', 'Approved', now - 9 * 86_400_000);
  changes.register('shop-models', 'Approved', now - 86_400_000);
}
