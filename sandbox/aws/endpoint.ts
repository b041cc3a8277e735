import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AwsError } from './aws-error.ts';
import type { Input } from './input.ts';
import { isObject } from './input.ts';
import type { Lambda } from './lambda/lambda.ts';
import { delayOf, isPublishFault, refusalOf } from './publish-faults.ts';
import type { XmlValue } from './query-xml.ts';
import { renderError, renderResult } from './query-xml.ts';
import type { Sns } from './sns.ts';
import { publishTarget } from './sns-publish.ts';
import { answerSns, SNS_NAMESPACE } from './sns-query.ts';
import { accessKeyOf, type Sts } from './sts.ts';

/** What a call brings beside its body. */
export interface CallContext {
  /** Address of this endpoint as the caller reaches it, without a slash at the end. */
  readonly base: string;
  /** Aborts when the caller hangs up. */
  readonly signal: AbortSignal;
  /** What was asked is done, and its answer never comes: the connection is cut instead. */
  readonly loseAnswer: () => void;
  /** ARN of whoever signed the call. */
  readonly principal: string;
}

/** One service of the JSON protocols. */
export interface JsonService {
  /** What its `X-Amz-Target` begins with. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  /** Namespace of its errors, `com.amazonaws.sqs`. */
  readonly namespace: string;
  /** Old names of errors, for services that once spoke Query. */
  readonly queryCodes?: Readonly<Record<string, string>>;
  /** Answers a call; throws `AwsError` to say no. */
  answer(operation: string, input: Input, context: CallContext): object | Promise<object>;
}

/** Answers a request for S3, addressed by path. */
export type S3Answer = (request: {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}) => {
  readonly status: number;
  readonly xml: string;
};

export interface Endpoint {
  readonly services: readonly JsonService[];
  readonly sns: Sns;
  readonly sts: Sts;
  readonly lambda: Pick<Lambda, 'answer'>;
  readonly s3: S3Answer;
}

const STS_NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const STS_VERSION = '2011-06-15';
/** Lambda's REST API has the date of each operation before its path. */
const LAMBDA_PATH = /^\d{4}-\d{2}-\d{2}\/(?<path>(?:functions|account-settings)(?:\/.*)?)$/;
const MAX_BODY_BYTES = 1024 * 1024 + 64 * 1024;

/**
 * One address for all services, as `AWS_ENDPOINT_URL` wants it: a target in the header is a JSON protocol, a form or a query
 * with an action is the Query protocol, a path with a date is Lambda, and any other path is a bucket of S3.
 */
export function addEndpoint(app: FastifyInstance, endpoint: Endpoint): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) => {
    done(null, body);
  });
  const handle = (request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<FastifyReply> => {
    const requestId = randomUUID();
    reply.header('x-amzn-requestid', requestId);
    const body = typeof request.body === 'string' ? request.body : '';
    const target = request.headers['x-amz-target'];
    const context = contextOf(app, endpoint, request, reply);
    if (typeof target === 'string') return answerJson(endpoint, target, body, context, reply);
    const lambdaPath = LAMBDA_PATH.exec(pathOf(app, request))?.groups?.path;
    if (lambdaPath !== undefined) return answerLambda(endpoint, lambdaPath, { request, body, context }, reply);
    const params = paramsOf(request, body);
    if (!params.has('Action') && request.method !== 'POST')
      return answerS3(endpoint, pathOf(app, request), request, reply);
    return answerQuery(endpoint, { params, accessKey: keyOf(request), signed: isSigned(request), requestId }, reply);
  };
  controlRoutes(app, endpoint.sns);
  app.route({ method: ['GET', 'POST', 'HEAD'], url: '/', handler: handle });
  app.route({ method: ['GET', 'POST', 'PUT', 'HEAD'], url: '/*', handler: handle });
}

function contextOf(app: FastifyInstance, { sts }: Endpoint, request: FastifyRequest, reply: FastifyReply): CallContext {
  const gone = new AbortController();
  reply.raw.on('close', () => gone.abort());
  const loseAnswer = () => void drop(reply);
  const base = `http://${request.headers.host ?? 'localhost'}${app.prefix}`;
  return { base, signal: gone.signal, loseAnswer, principal: sts.principalOf(keyOf(request)) };
}

function keyOf({ headers }: FastifyRequest): string | null {
  return accessKeyOf(headers.authorization);
}

interface Asking {
  readonly request: FastifyRequest;
  readonly body: string;
  readonly context: CallContext;
}

async function answerLambda(
  { lambda }: Endpoint,
  path: string,
  { request, body, context }: Asking,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const headers = request.headers as Record<string, string | undefined>; // none of those that Lambda reads comes twice
  const asked = { method: request.method, path, query: paramsOf(request, ''), body, headers };
  const answer = await lambda.answer(asked, context);
  if (reply.sent) return reply; // hijacked: its answer is lost
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .type('application/json')
    .send(answer.body);
}

async function answerJson(
  { services }: Endpoint,
  target: string,
  body: string,
  context: CallContext,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const service = services.find((one) => target.startsWith(one.target));
  reply.type(`application/x-amz-json-${service?.version ?? '1.0'}`);
  try {
    if (service === undefined) throw new AwsError('UnknownOperationException', 400, `${target} is not offered here`);
    const result = await service.answer(target.slice(service.target.length), parseInput(body), context);
    if (reply.sent) return reply; // hijacked: its answer is lost
    return reply.send(JSON.stringify(result));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    // The SDK of a service that once spoke Query reads the error's old name from this header.
    reply.header('x-amzn-query-error', `${service?.queryCodes?.[error.code] ?? error.code};Sender`).code(error.status);
    const __type = `${service?.namespace ?? 'com.amazonaws'}#${error.code}`;
    return reply.send(JSON.stringify({ __type, message: error.message, Message: error.message }));
  }
}

/** `…/_control/…`: what only a test or a demo may do to this AWS. No bucket can have that name. */
function controlRoutes(app: FastifyInstance, { faults, sms }: Sns): void {
  app.post('/_control/publish-faults', (request, reply) => {
    const fault = parseInput(String(request.body));
    if (!isPublishFault(fault)) return reply.code(400).send('target and a known kind are needed');
    faults.add(fault);
    return reply.send({ ok: true });
  });
  app.delete('/_control/publish-faults', (_request, reply) => {
    faults.clear();
    return reply.send({ ok: true });
  });
  app.post('/_control/opt-out', (request, reply) => {
    sms.optOut(String(parseInput(String(request.body)).number));
    return reply.send({ ok: true });
  });
}

interface Query {
  readonly params: URLSearchParams;
  readonly accessKey: string | null;
  readonly signed: boolean;
  readonly requestId: string;
}

/** The Query protocol, which SNS and STS speak. */
async function answerQuery(endpoint: Endpoint, query: Query, reply: FastifyReply): Promise<FastifyReply> {
  reply.type('text/xml');
  const { params, requestId } = query;
  const action = params.get('Action') ?? '';
  const isSts = params.get('Version') === STS_VERSION;
  const namespace = isSts ? STS_NAMESPACE : SNS_NAMESPACE;
  try {
    if (isSts) {
      const answer = endpoint.sts.answer(action, params, query.accessKey);
      return reply.send(renderResult(action, namespace, answer, requestId));
    }
    const result = await answerSnsOrFail(endpoint.sns, action, query);
    if (result === 'lost') return drop(reply);
    return reply.send(renderResult(action, namespace, result, requestId));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return reply.code(error.status).send(renderError(error, namespace, requestId));
  }
}

async function answerSnsOrFail(sns: Sns, action: string, query: Query): Promise<XmlValue | null | 'lost'> {
  const fault = action === 'Publish' ? sns.faults.take(publishTarget(query.params)) : undefined;
  if (fault === undefined) return answerSns(sns, action, query);
  await sleep(delayOf(fault), undefined, { ref: false });
  const refusal = refusalOf(fault);
  if (refusal !== null) throw refusal;
  const result = answerSns(sns, action, query);
  return fault.kind === 'answer-lost' ? 'lost' : result;
}

function drop(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.socket?.destroy();
  return reply;
}

function answerS3({ s3 }: Endpoint, path: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, xml } = s3({ method: request.method, path, query: paramsOf(request, '') });
  return reply.code(status).type('application/xml').send(xml);
}

function isSigned(request: FastifyRequest): boolean {
  return request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') === true;
}

function paramsOf(request: FastifyRequest, body: string): URLSearchParams {
  return request.method === 'POST' ? new URLSearchParams(body) : new URL(request.url, 'http://localhost').searchParams;
}

function pathOf(app: FastifyInstance, request: FastifyRequest): string {
  const { pathname } = new URL(request.url, 'http://localhost');
  return decodeURIComponent(pathname.slice(app.prefix.length)).replace(/^\/+/, '');
}

function parseInput(body: string): Input {
  try {
    const input: unknown = JSON.parse(body === '' ? '{}' : body);
    if (isObject(input)) return input;
  } catch {
    // Falls through: both cases have one answer.
  }
  throw new AwsError('SerializationException', 400, 'The request body is not a JSON object');
}
