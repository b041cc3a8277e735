import type { FastifyInstance } from 'fastify';
import { createRenderer } from '../../src/charts/renderer.ts';
import type { AlarmBoard } from './alarm-board.ts';
import { createAlarmBoard } from './alarm-board.ts';
import type { AlarmDefinition } from './alarm-definitions.ts';
import type { Place } from './alarm-messages.ts';
import type { Alarms } from './alarms.ts';
import { createAlarms } from './alarms.ts';
import { createSigningIdentity, writeCertificate } from './certificate.ts';
import type { CloudWatch } from './cloudwatch.ts';
import { answerCloudWatch, CLOUDWATCH_TARGET } from './cloudwatch.ts';
import type { CourierOptions } from './delivery.ts';
import { DEMO_ALARMS } from './demo-alarms.ts';
import type { Ecs } from './ecs/ecs.ts';
import { createEcs, ECS_TARGET } from './ecs/ecs.ts';
import type { JsonService } from './endpoint.ts';
import { addEndpoint } from './endpoint.ts';
import type { Rules } from './eventbridge.ts';
import { answerEventBridge, EVENTBRIDGE_TARGET } from './eventbridge.ts';
import type { Lambda } from './lambda/lambda.ts';
import { createLambda } from './lambda/lambda.ts';
import type { LogGroups } from './logs/log-groups.ts';
import { createLogGroups } from './logs/log-groups.ts';
import { createLogs, LOGS_TARGET } from './logs/logs-operations.ts';
import type { MetricStore } from './metrics/metric-store.ts';
import { createMetricStore } from './metrics/metric-store.ts';
import type { PublishFaults } from './publish-faults.ts';
import type { S3 } from './s3.ts';
import { createS3 } from './s3.ts';
import type { SageMaker } from './sagemaker/registry.ts';
import { createSageMaker } from './sagemaker/registry.ts';
import type { SageMakerMachine } from './sagemaker/sagemaker-operations.ts';
import { createSageMakerMachine, SAGEMAKER_TARGET } from './sagemaker/sagemaker-operations.ts';
import type { Sns, SnsOptions } from './sns.ts';
import { createSns } from './sns.ts';
import type { Queues } from './sqs/queues.ts';
import { createQueues } from './sqs/queues.ts';
import { answerSqs, SQS_TARGET } from './sqs/sqs-operations.ts';
import type { Sts } from './sts.ts';
import { createSts } from './sts.ts';

export interface AwsOptions {
  /** Where the signing certificate is written, for a reader that pins certificates. */
  readonly certDir: string;
  readonly now: () => number;
  /** Default `123456789012`, `ca-central-1`. */
  readonly account?: string;
  readonly region?: string;
  readonly delivery?: CourierOptions;
  readonly stormMs?: number;
  /** Where text messages and e-mails arrive, and how publications fail; without them they arrive nowhere and do not fail. */
  readonly toPhone?: SnsOptions['toPhone'];
  readonly toMailbox?: SnsOptions['toMailbox'];
  readonly publishFaults?: PublishFaults;
  /** Alarms beside those of the demo; one of the same name takes its place. `topicArn` names a topic of this account. */
  readonly alarms?: (topicArn: (name: string) => string) => Promise<readonly AlarmDefinition[]>;
}

/** An AWS of one account and one region behind one endpoint: SNS, SQS, CloudWatch with Logs, SageMaker, Lambda, ECS, S3, STS. */
export interface Aws {
  readonly account: string;
  readonly region: string;
  readonly sns: Sns;
  readonly alarms: Alarms;
  readonly board: AlarmBoard;
  readonly metrics: MetricStore;
  readonly queues: Queues;
  readonly s3: S3;
  readonly sageMaker: SageMaker;
  readonly sageMakerMachine: SageMakerMachine;
  readonly lambda: Lambda;
  readonly ecs: Ecs;
  readonly sts: Sts;
  readonly logGroups: LogGroups;
  readonly rules: Rules;
  readonly topicArns: readonly string[];
  /** Path of the certificate that the messages are signed with. */
  readonly certificatePath: string;
  /** Fastify plugin: register it under the prefix that `AWS_ENDPOINT_URL` points to. */
  routes(app: FastifyInstance): Promise<void>;
  close(): Promise<void>;
}

export async function createAws(options: AwsOptions): Promise<Aws> {
  const { account = '123456789012', region = 'ca-central-1', now, stormMs } = options;
  const identity = await createSigningIdentity({ region, now });
  const certificatePath = await writeCertificate(identity, options.certDir);
  const queues = createQueues({ account, region, now });
  const sns = createSns({ account, identity, toQueue: queues.deliver, ...snsOptions(options) });
  const more = (await options.alarms?.((name) => `arn:aws:sns:${region}:${account}:${name}`)) ?? [];
  for (const { topic } of [...DEMO_ALARMS, ...more]) sns.topics.create(topic);
  const board = createAlarmBoard(sns, now);
  const listed = DEMO_ALARMS.map((demo) => more.find(({ name }) => name === demo.name) ?? demo);
  const alarms = createAlarms({ sns, board, definitions: listed, ...(stormMs === undefined ? {} : { stormMs }) });
  for (const alarm of more) if (board.find(alarm.name) === undefined) board.add(alarm);
  const metrics = createMetricStore(now);
  const s3 = createS3();
  const sageMaker = createSageMaker();
  const sageMakerMachine = sageMakerAt(sageMaker, board, now);
  const lambda = createLambda({ account, region, now });
  const ecs = createEcs({ account, region, now });
  const sts = createSts({ account, now });
  const logGroups = createLogGroups();
  const rules: Rules = new Map();
  const renderer = createRenderer();
  const services = [
    cloudWatchService({ board, metrics, renderer, now }, alarms),
    sqsService(queues, account, now),
    sageMakerService(sageMakerMachine),
    { target: ECS_TARGET, version: '1.1' as const, namespace: 'com.amazonaws.ecs', answer: ecs.answer },
    logsService(logGroups, now),
    eventBridgeService(rules, board.place),
  ];

  return {
    ...{ account, region, sns, alarms, board, metrics, queues, s3, sageMaker, sageMakerMachine },
    ...{ lambda, ecs, sts, logGroups, rules },
    topicArns: sns.topics.topics().map(({ arn }) => arn),
    certificatePath,
    routes: async (app) => addEndpoint(app, { services, sns, sts, lambda, s3: s3.answer }),
    close: async () => {
      await Promise.all([sns.close(), renderer.stop()]);
    },
  };
}

function snsOptions({ now, delivery, toPhone, toMailbox, publishFaults }: AwsOptions) {
  return {
    now,
    ...(toPhone === undefined ? {} : { toPhone }),
    ...(toMailbox === undefined ? {} : { toMailbox }),
    ...(publishFaults === undefined ? {} : { faults: publishFaults }),
    ...(delivery === undefined ? {} : { delivery }),
  };
}

function cloudWatchService(cloudWatch: CloudWatch, alarms: Alarms): JsonService {
  return {
    target: CLOUDWATCH_TARGET,
    version: '1.0',
    namespace: 'com.amazonaws.cloudwatch',
    answer: (operation, input) => {
      const result = answerCloudWatch(cloudWatch, operation, input);
      if (operation === 'SetAlarmState') alarms.changed();
      return result;
    },
  };
}

function sqsService(queues: Queues, account: string, now: () => number): JsonService {
  return {
    target: SQS_TARGET,
    version: '1.0',
    namespace: 'com.amazonaws.sqs',
    queryCodes: { QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue' },
    answer: async (operation, input, { base, signal }) => {
      const urlOf = ({ name }: { readonly name: string }): string => `${base}/${account}/${name}`;
      return await answerSqs({ queues, urlOf, now: now(), signal }, operation, input);
    },
  };
}

/** Deployments are guarded by the alarms of this account. */
function sageMakerAt(sageMaker: SageMaker, board: AlarmBoard, now: () => number): SageMakerMachine {
  const isFiring = (name: string): boolean => board.find(name)?.state === 'ALARM';
  return createSageMakerMachine({ sageMaker, place: board.place, now, isFiring });
}

function sageMakerService({ answer }: SageMakerMachine): JsonService {
  return { target: SAGEMAKER_TARGET, version: '1.1', namespace: 'com.amazonaws.sagemaker', answer };
}

function logsService(logGroups: LogGroups, now: () => number): JsonService {
  const { answer } = createLogs(logGroups, now);
  return { target: LOGS_TARGET, version: '1.1', namespace: 'com.amazonaws.logs', answer };
}

function eventBridgeService(rules: Rules, place: Place): JsonService {
  const answer: JsonService['answer'] = (operation, input) => answerEventBridge(rules, place, operation, input);
  return { target: EVENTBRIDGE_TARGET, version: '1.1', namespace: 'com.amazonaws.eventbridge', answer };
}
