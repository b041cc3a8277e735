import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  /** `http://127.0.0.1:port`, known from `beforeAll` on. */
  readonly url: string;
  readonly received: Received[];
  /** What it answers from now on; `hang`: nothing. Each test begins with 200. */
  answer: { readonly status: number; readonly body?: string; readonly location?: string } | 'hang';
}

/** A real server that keeps what is posted to it. */
export function useReceiver(): Receiver {
  const receiver = { url: '', received: [] as Received[], answer: { status: 200 } as Receiver['answer'] };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer); // a stream of bytes
    const body = Buffer.concat(parts).toString();
    receiver.received.push({ path: request.url ?? '', headers: request.headers, body });
    if (receiver.answer === 'hang') return;
    const { status, location, body: said = '' } = receiver.answer;
    response.writeHead(status, location === undefined ? {} : { location }).end(said);
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // a listening TCP server has one
    receiver.url = `http://127.0.0.1:${port}`;
  });
  beforeEach(() => {
    receiver.received.length = 0;
    receiver.answer = { status: 200 };
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return receiver;
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  await new Promise((resolve) => server.close(resolve));
  return port;
}
