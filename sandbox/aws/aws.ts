import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AlarmBoard } from './alarm-board.ts';
import { createAlarmBoard } from './alarm-board.ts';
import type { Alarms } from './alarms.ts';
import { createAlarms } from './alarms.ts';
import { AwsError } from './aws-error.ts';
import { createSigningIdentity, writeCertificate } from './certificate.ts';
import { answerCloudWatch, CLOUDWATCH_TARGET } from './cloudwatch.ts';
import type { CourierOptions } from './delivery.ts';
import { DEMO_ALARMS } from './demo-alarms.ts';
import { renderError, renderResult } from './query-xml.ts';
import type { Sns } from './sns.ts';
import { createSns } from './sns.ts';
import { answerSns, SNS_NAMESPACE } from './sns-query.ts';

export interface AwsOptions {
  /** Where the signing certificate is written, for a reader that pins certificates. */
  readonly certDir: string;
  readonly now: () => number;
  /** Default `123456789012`, `ca-central-1`. */
  readonly account?: string;
  readonly region?: string;
  readonly delivery?: CourierOptions;
  readonly stormMs?: number;
}

/** An AWS of one account and one region: SNS, CloudWatch alarms and STS behind one endpoint. */
export interface Aws {
  readonly account: string;
  readonly region: string;
  readonly sns: Sns;
  readonly alarms: Alarms;
  readonly topicArns: readonly string[];
  /** Path of the certificate that the messages are signed with. */
  readonly certificatePath: string;
  /** Fastify plugin: register it under the prefix that `AWS_ENDPOINT_URL` points to. */
  routes(app: FastifyInstance): Promise<void>;
  close(): Promise<void>;
}

const STS_NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const STS_VERSION = '2011-06-15';
const MAX_BODY_BYTES = 1024 * 1024;

export async function createAws(options: AwsOptions): Promise<Aws> {
  const { account = '123456789012', region = 'ca-central-1', now, delivery, stormMs } = options;
  const identity = await createSigningIdentity({ region, now });
  const certificatePath = await writeCertificate(identity, options.certDir);
  const sns = createSns({ account, identity, now, ...(delivery === undefined ? {} : { delivery }) });
  for (const { topic } of DEMO_ALARMS) sns.topics.create(topic);
  const board = createAlarmBoard(sns, now);
  const alarms = createAlarms({ sns, board, definitions: DEMO_ALARMS, ...(stormMs === undefined ? {} : { stormMs }) });

  return {
    account,
    region,
    sns,
    alarms,
    topicArns: sns.topics.topics().map(({ arn }) => arn),
    certificatePath,
    routes: async (app) => addRoutes(app, { sns, board, alarms, account }),
    close: () => sns.close(),
  };
}

interface Services {
  readonly sns: Sns;
  readonly board: AlarmBoard;
  readonly alarms: Alarms;
  readonly account: string;
}

function addRoutes(app: FastifyInstance, services: Services): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) => {
    done(null, body);
  });
  app.post('/', (request, reply) => answer(services, request, reply));
  app.get('/', (request, reply) => answer(services, request, reply));
}

function answer(services: Services, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const requestId = randomUUID();
  reply.header('x-amzn-requestid', requestId);
  const body = typeof request.body === 'string' ? request.body : '';
  const target = request.headers['x-amz-target'];
  return typeof target === 'string'
    ? answerJson(services, target, body, reply)
    : answerQuery(services, paramsOf(request, body), { signed: isSigned(request), requestId }, reply);
}

/** The JSON 1.0 protocol, which CloudWatch speaks. */
function answerJson({ board, alarms }: Services, target: string, body: string, reply: FastifyReply): FastifyReply {
  reply.type('application/x-amz-json-1.0');
  try {
    if (!target.startsWith(CLOUDWATCH_TARGET))
      throw new AwsError('UnknownOperationException', 400, `${target} is not offered here`);
    const operation = target.slice(CLOUDWATCH_TARGET.length);
    const result = answerCloudWatch(board, operation, parseInput(body));
    if (operation === 'SetAlarmState') alarms.changed();
    return reply.send(JSON.stringify(result));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    // The SDK of a service that once spoke Query reads the error's old name from this header.
    reply.header('x-amzn-query-error', `${error.code};Sender`).code(error.status);
    const __type = `com.amazonaws.cloudwatch#${error.code}`;
    return reply.send(JSON.stringify({ __type, message: error.message, Message: error.message }));
  }
}

/** The Query protocol, which SNS and STS speak. */
function answerQuery(
  { sns, account }: Services,
  params: URLSearchParams,
  { signed, requestId }: { readonly signed: boolean; readonly requestId: string },
  reply: FastifyReply,
): FastifyReply {
  reply.type('text/xml');
  const action = params.get('Action') ?? '';
  const isSts = params.get('Version') === STS_VERSION;
  const namespace = isSts ? STS_NAMESPACE : SNS_NAMESPACE;
  try {
    const result = isSts ? answerSts(account, action) : answerSns(sns, action, { params, signed });
    return reply.send(renderResult(action, namespace, result, requestId));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return reply.code(error.status).send(renderError(error, namespace, requestId));
  }
}

function answerSts(account: string, action: string): { Account: string; Arn: string; UserId: string } {
  if (action !== 'GetCallerIdentity') {
    throw new AwsError('InvalidAction', 400, `Could not find operation ${action} for version ${STS_VERSION}`);
  }
  return { Account: account, Arn: `arn:aws:iam::${account}:user/sandbox`, UserId: 'AIDASANDBOXUSER00000' };
}

function isSigned(request: FastifyRequest): boolean {
  return request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') === true;
}

function paramsOf(request: FastifyRequest, body: string): URLSearchParams {
  return request.method === 'GET' ? new URL(request.url, 'http://localhost').searchParams : new URLSearchParams(body);
}

function parseInput(body: string): Readonly<Record<string, unknown>> {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  } catch {
    // Falls through: both cases have one answer.
  }
  throw new AwsError('SerializationException', 400, 'The request body is not a JSON object');
}
