import { createHash, randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Held {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  receives: number;
  hiddenUntil: number;
  receipt: string;
}

/** Answers a call in place of the queue: an HTTP status and an error's name. */
export type Fault = { readonly status: number; readonly type: string } | null;

/**
 * One queue behind the JSON protocol that the SDK speaks, with SQS's own rules: what is handed out is hidden for a while, each receive
 * counts, a delete needs the receipt of the newest receive, and an empty queue keeps a long poll waiting.
 */
export async function startSqs({ visibilityMs = 300, attributes = {} as Record<string, string> } = {}) {
  const held: Held[] = [];
  const calls: string[] = [];
  const state = { attributes, fault: (_call: string): Fault => null };
  let isOpen = true;

  const acts: Record<string, (input: Record<string, never>, response: ServerResponse) => void> = {
    ReceiveMessage: ({ MaxNumberOfMessages: most = 1, WaitTimeSeconds: wait = 0 }, response) => {
      const until = Date.now() + wait * 1_000;
      const look = () => {
        const found = held.filter(({ hiddenUntil }) => hiddenUntil <= Date.now()).slice(0, most);
        if (found.length === 0 && Date.now() < until && isOpen && !response.destroyed) return setTimeout(look, 10);
        return answer(response, 200, found.length > 0 ? { Messages: found.map(handOut) } : {});
      };
      look();
    },
    DeleteMessageBatch: ({ Entries = [] as { Id: string; ReceiptHandle: string }[] }, response) => {
      const results = Entries.map(({ Id, ReceiptHandle }) => {
        const at = held.findIndex(({ receipt }) => receipt === ReceiptHandle);
        if (at >= 0) held.splice(at, 1);
        return { Id, ok: at >= 0 };
      });
      answer(response, 200, {
        Successful: results.filter(({ ok }) => ok).map(({ Id }) => ({ Id })),
        Failed: results
          .filter(({ ok }) => !ok)
          .map(({ Id }) => ({ Id, Code: 'ReceiptHandleIsInvalid', SenderFault: true })),
      });
    },
    GetQueueAttributes: (_input, response) => answer(response, 200, { Attributes: state.attributes }),
  };

  function handOut(message: Held) {
    message.receives++;
    message.hiddenUntil = Date.now() + visibilityMs;
    message.receipt = randomUUID();
    return {
      MessageId: message.id,
      ReceiptHandle: message.receipt,
      Body: message.body,
      MD5OfBody: createHash('md5').update(message.body).digest('hex'),
      Attributes: { ApproximateReceiveCount: String(message.receives), SentTimestamp: String(message.sentAt) },
    };
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const call = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
    calls.push(call);
    const fault = state.fault(call);
    const act = acts[call];
    if (fault) answer(response, fault.status, { __type: `com.amazonaws.sqs#${fault.type}`, message: 'a fault' });
    else if (act) act(JSON.parse(Buffer.concat(chunks).toString()), response);
    else answer(response, 400, { __type: 'com.amazonaws.sqs#InvalidAction', message: call });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));

  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    url: `${endpoint}/111111111111/tocsin`,
    state,
    calls,
    /** What is still in the queue, handed out or not. */
    left: () => held.map(({ body }) => body),
    receivesOf: (body: string) => held.find((message) => message.body === body)?.receives ?? 0,
    send(body: string, id: string = randomUUID()) {
      held.push({ id, body, sentAt: Date.now(), receives: 0, hiddenUntil: 0, receipt: '' });
    },
    async stop() {
      isOpen = false;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
}
