import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as JSON; every field that SNS signs is a string. */
  readonly json: Readonly<Record<string, string>>;
}

/** An endpoint that keeps what it gets and answers 200, or whatever `answers` says next; `0` never answers. */
export interface Subscriber {
  readonly url: string;
  readonly received: Received[];
  readonly answers: number[];
  /** Resolves with the first `count` messages once they are there. */
  wait(count: number): Promise<readonly Received[]>;
  close(): Promise<void>;
}

export async function startSubscriber(): Promise<Subscriber> {
  const received: Received[] = [];
  const answers: number[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      received.push({ headers: request.headers, body, json: parse(body) });
      for (const look of waiting) look();
      const status = answers.shift() ?? 200;
      if (status !== 0) response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has an AddressInfo.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/webhooks/sns`,
    received,
    answers,
    wait: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve(received.slice(0, count));
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function parse(body: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
