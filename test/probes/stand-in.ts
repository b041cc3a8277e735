import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach } from 'vitest';
import type { AwsClients } from '../../src/aws/clients.ts';

export interface Asked {
  /** The operation of AWS, else the path. */
  readonly what: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what was sent, whatever its shape
  readonly body: any;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** What somebody answers: an object is JSON, a text as it is; `hang` never ends. */
export type Said =
  | { readonly json: object; readonly status?: number }
  | { readonly text: string; readonly status?: number; readonly headers?: Record<string, string> }
  | 'hang';
/** Answers by operation of AWS or path without its query; what is not known is 404. */
export type Answers = Record<string, (asked: Asked) => Said>;

export interface StandIn {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** From now on it says this. */
  says(answers: Answers): void;
  readonly aws: AwsClients;
}

/** A real server that says what the test wants, for systems around; it ends with the test. */
export async function standIn(answers: Answers = {}): Promise<StandIn> {
  const asked: Asked[] = [];
  let saying = answers;
  const server = createServer(async (request, response) => {
    const one = await read(request);
    asked.push(one);
    say(response, saying[one.what]?.(one) ?? { text: 'nobody knows', status: 404 });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const says = (next: Answers) => {
    saying = next;
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, says, aws: awsAt(url) };
}

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function read(request: IncomingMessage): Promise<Asked> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  const target = String(request.headers['x-amz-target'] ?? '');
  const path = request.url ?? '';
  const what = target === '' ? (path.split('?')[0] ?? '') : (target.split('.').at(-1) ?? '');
  return { what, path, headers: request.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
}

function say(response: ServerResponse, said: Said): void {
  if (said === 'hang') return;
  const headers = 'json' in said ? { 'content-type': 'application/json' } : (said.headers ?? {});
  response.writeHead(said.status ?? 200, headers).end('json' in said ? JSON.stringify(said.json) : said.text);
}

/** The SDK's own clients, all of whose requests go to one address. */
export function awsAt(endpoint: string): AwsClients {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const at = (region: string) => ({ region, endpoint, credentials, maxAttempts: 1 });
  return {
    cloudwatch: async (region) => new CloudWatchClient(at(region)),
    logs: async (region) => new CloudWatchLogsClient(at(region)),
    eventbridge: async (region) => new EventBridgeClient(at(region)),
    s3: async (region) => new S3Client({ ...at(region), forcePathStyle: true }),
    sagemaker: async (region) => new SageMakerClient(at(region)),
    sns: async (region) => new SNSClient(at(region)),
    sqs: async (region) => new SQSClient(at(region)),
    lambda: async (region) => new LambdaClient(at(region)),
    ecs: async (region) => new ECSClient(at(region)),
  };
}

/** As AWS says no. */
export function refusal(name: string, message = 'no', status = 400): Said {
  return { json: { __type: name, message }, status };
}
