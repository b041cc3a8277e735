import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newsFromEvents } from '../../src/sources/event-message.ts';
import { readEvents, type SentEvent } from '../../src/sources/event-shape.ts';
import { T0 } from '../domain/given.ts';
import { ALARMS, has, judged } from './shipped.ts';

const run = promisify(execFile);
const FOLDER = join(ALARMS, 'credit-risk');

/** A stand-in for the webhook that takes events as Tocsin reads them, and for an API that is up or down. */
const received: { token: string | undefined; events: readonly SentEvent[] }[] = [];
let refusals: number[] = [];
let isApiUp = true;
let url = '';

const server = createServer((request, response) => {
  void answer(request).then((status) => response.writeHead(status).end(status === 400 ? 'name is missing' : ''));
});

async function answer(request: IncomingMessage): Promise<number> {
  if (request.url === '/api/health') return isApiUp ? 200 : 500;
  if (request.url === '/mlflow/health') return 200;
  const body = await text(request);
  const refused = refusals.shift();
  if (refused !== undefined) return refused;
  const events = readEvents(JSON.parse(body));
  if (!events.ok) return 400;
  received.push({ token: request.headers.authorization, events: events.value });
  return request.url === '/webhooks/events' ? 200 : 404;
}

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((closed) => server.close(closed)));
beforeEach(() => {
  received.length = 0;
  refusals = [];
  isApiUp = true;
});

const env = () => ({ ...process.env, TOCSIN_URL: url, EVENTS_TOKEN: 'a-token-of-sixteen' });
const told = (...args: readonly string[]) =>
  run('python3', ['-B', join(FOLDER, 'tocsin_events.py'), ...args], { env: env() });

/** Where the alerts that were received belong, and how bad they are. */
function judgements() {
  const events = received.flatMap((one) => one.events);
  return newsFromEvents(events, T0).alerts.map(({ alert }) => {
    const found = judged(alert);
    return [found.service.name, found.rule?.id, found.severity, found.isReached ?? alert.state];
  });
}

describe.skipIf(!has('python3', '--version'))('what the jobs of credit-risk send', () => {
  it.each([
    ['a share of drift, in percent', ['drift', '0.51'], [['credit-risk', 'drift', 'P1', true]]],
    ['a share of 0.3, which is normal', ['drift', '0.3'], [['credit-risk', 'drift', 'P2', false]]],
    ['F1 beside its baseline', ['f1', '0.71', '--baseline', '0.8'], [['credit-risk', 'f1', 'P1', true]]],
    ['a Brier score', ['brier', '0.23'], [['credit-risk', 'brier', 'P3', true]]],
    ['the latency of the API', ['latency', '640'], [['credit-risk', 'api-slow', 'P2', true]]],
    ['the gain of a new model', ['gate', '2.0'], [['credit-risk', 'evaluation-gate', 'P3', false]]],
    ['the age of the model', ['model-age', '34'], [['credit-risk', 'model-age', 'P3', true]]],
    ['a failed retraining', ['retraining', 'failed'], [['credit-risk', 'retraining-failed', 'P2', 'firing']]],
  ] as const)('%s is understood', async (_what, args, expected) => {
    await told(...args);

    expect(judgements()).toEqual(expected);
    expect(received[0]?.token).toBe('Bearer a-token-of-sixteen');
  });

  it('is the volume twice, because it has a limit on either side', async () => {
    await told('volume', '12');

    expect(judgements()).toEqual([
      ['credit-risk', 'volume-low', 'P2', true],
      ['credit-risk', 'volume-high', 'P2', false],
    ]);
  });

  it('is whether API and MLflow answer, and how full the disk is', async () => {
    isApiUp = false;

    await told('check', `${url}/api`, `${url}/mlflow`, '--disk', '/');

    expect(judgements()).toEqual([
      ['credit-risk', 'api-down', 'P0', 'firing'],
      ['credit-risk', 'mlflow-down', 'P2', 'recovered'],
      ['credit-risk', 'disk', expect.any(String), expect.any(Boolean)],
    ]);
  });

  it('says where it comes from, so that a developer wakes nobody', async () => {
    isApiUp = false;

    await told('--environment', 'local', 'check', `${url}/api`, `${url}/mlflow`);

    expect(judgements()[0]).toEqual(['credit-risk', 'local', 'P3', 'firing']);
  });

  it('comes again while Tocsin cannot store it', async () => {
    refusals = [503];

    await told('brier', '0.23');

    expect(judgements()).toHaveLength(1);
  });

  it('is given up with a reason when Tocsin refuses it', async () => {
    refusals = [400];

    await expect(told('brier', '0.23')).rejects.toMatchObject({
      code: 1,
      stderr: 'Tocsin refuses the event (400): name is missing\n',
    });
  });
});

describe.skipIf(!has('curl', '--version'))('the same with curl', () => {
  const event = JSON.stringify({ kind: 'report', name: 'credit-risk-drift-report', value: 42, unit: 'Percent' });

  it('is understood, and comes again while Tocsin cannot store it', async () => {
    refusals = [503];

    await run(join(FOLDER, 'send-event.sh'), [event], { env: env() });

    expect(judgements()).toEqual([['credit-risk', 'drift', 'P2', true]]);
    expect(received[0]?.token).toBe('Bearer a-token-of-sixteen');
  });

  it('says what is missing', async () => {
    await expect(
      run(join(FOLDER, 'send-event.sh'), [event], { env: { PATH: process.env.PATH } }),
    ).rejects.toMatchObject({ stderr: expect.stringContaining('Set TOCSIN_URL') });
  });
});
