import { verify, X509Certificate } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { Redis } from 'ioredis';
import { answer } from '../child.ts';

/**
 * The least that a webhook for SNS can do: read, parse, verify the signature with a key that is at hand, one XADD. The
 * commands of one turn of the event loop share a write to Redis, as the bot's do. Answers the port.
 */
async function start(redisSocket: string, certificatePem: string): Promise<number> {
  const redis = new Redis({ path: redisSocket, enableAutoPipelining: true });
  const key = new X509Certificate(certificatePem).publicKey;
  const server = createServer(async (request, response) => {
    const envelope = JSON.parse(await bodyOf(request)) as Record<string, string>;
    const isGenuine = verify('sha1', signedText(envelope), key, Buffer.from(envelope.Signature ?? '', 'base64'));
    if (isGenuine) await redis.xadd('floor', '*', 'm', envelope.Message ?? '');
    response.writeHead(isGenuine ? 200 : 403).end();
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString()));
    request.on('error', reject);
  });
}

const SIGNED = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const;

function signedText(envelope: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(SIGNED.map((name) => `${name}\n${envelope[name]}\n`).join(''));
}

const api = { start };
export type FloorApi = typeof api;

answer(api);
