import { createVerify, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { ConfirmSubscriptionCommand, CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { fastify } from 'fastify';
import { type Aws, createAws } from '../../../sandbox/aws/aws.ts';
import type { Subscriber } from './subscriber.ts';

export interface RunningAws {
  readonly aws: Aws;
  readonly endpoint: string;
  /** Its signing certificates, as SNS_CERT_DIR wants them. */
  readonly certDir: string;
  readonly sns: SNSClient;
  readonly cloudWatch: CloudWatchClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly logs: CloudWatchLogsClient;
  readonly eventBridge: EventBridgeClient;
  readonly sageMaker: SageMakerClient;
  /** Whether the certificate that the message names, taken from the pinning folder, proves its signature. */
  verifies(message: Readonly<Record<string, string>>): Promise<boolean>;
  /** Makes an empty topic; answers its ARN. */
  newTopic(): Promise<string>;
  /** Subscribes and confirms, then forgets the handshake; answers the subscription's ARN. */
  subscribe(topicArn: string, subscriber: Subscriber, attributes?: Record<string, string>): Promise<string>;
  close(): Promise<void>;
}

export async function startAws(options: { timeoutMs?: number } = {}): Promise<RunningAws> {
  const certDir = await mkdtemp(join(tmpdir(), 'sandbox-aws-'));
  const delivery = { millisecondsPerSecond: 0.5, ...options };
  const aws = await createAws({ certDir, now: Date.now, delivery, stormMs: 40 });
  const app = fastify({ forceCloseConnections: true });
  await app.register(aws.routes, { prefix: '/aws' });
  await app.listen({ host: '127.0.0.1', port: 0 });
  // A listening TCP server has an AddressInfo.
  const { port } = app.server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}/aws/`;
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const config = { endpoint, region: aws.region, credentials, maxAttempts: 1 };
  const sns = new SNSClient(config);

  return {
    aws,
    endpoint,
    certDir,
    sns,
    cloudWatch: new CloudWatchClient(config),
    sqs: new SQSClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    logs: new CloudWatchLogsClient(config),
    eventBridge: new EventBridgeClient(config),
    sageMaker: new SageMakerClient(config),
    newTopic: async () => (await sns.send(new CreateTopicCommand({ Name: randomUUID() }))).TopicArn ?? '',
    verifies: async (message) => {
      const pem = await readFile(join(certDir, basename(message.SigningCertURL ?? '')));
      const algorithm = message.SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1';
      return createVerify(algorithm)
        .update(canonical(message))
        .verify(pem, message.Signature ?? '', 'base64');
    },
    subscribe: async (topicArn, subscriber, attributes) => {
      const input = { TopicArn: topicArn, Protocol: 'http', Endpoint: subscriber.url };
      await sns.send(new SubscribeCommand(attributes === undefined ? input : { ...input, Attributes: attributes }));
      const [handshake] = await subscriber.wait(1);
      const confirm = { TopicArn: topicArn, Token: handshake?.json.Token, AuthenticateOnUnsubscribe: 'true' };
      const { SubscriptionArn } = await sns.send(new ConfirmSubscriptionCommand(confirm));
      subscriber.received.length = 0;
      return SubscriptionArn ?? '';
    },
    close: async () => {
      await app.close();
      await aws.close();
      await rm(certDir, { recursive: true });
    },
  };
}

/** Written from AWS's description and apart from the signer, so that the two prove each other. */
function canonical(message: Readonly<Record<string, string>>): string {
  const { Message, MessageId, Subject, SubscribeURL, Timestamp, Token, TopicArn, Type } = message;
  const head = `Message\n${Message}\nMessageId\n${MessageId}\n`;
  const tail = `TopicArn\n${TopicArn}\nType\n${Type}\n`;
  if (Type !== 'Notification') {
    return `${head}SubscribeURL\n${SubscribeURL}\nTimestamp\n${Timestamp}\nToken\n${Token}\n${tail}`;
  }
  const subject = Subject === undefined ? '' : `Subject\n${Subject}\n`;
  return `${head}${subject}Timestamp\n${Timestamp}\n${tail}`;
}
