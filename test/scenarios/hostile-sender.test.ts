import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { Pool } from 'undici';
import { expect } from 'vitest';
import { it, type Scenario } from '../support/scenario.ts';
import { minutes } from '../support/scenario-clock.ts';
import { createSnsSigner } from '../support/sns.ts';

/** `CHAOS=full` is the number that is promised. */
const BODIES = process.env.CHAOS === 'full' ? 100_000 : 2_000;
const AT_ONCE = 50;
/** The Slack of the test shares its thread with the maker of thousands of bodies. */
const BUSY_STAND_IN = /Slack cannot be reached yet/;

it.concurrent('answers every random or damaged body as it should, and lives', { timeout: 600_000 }, async ({
  start,
}) => {
  const scenario = await start({ http: true, errors: [/could not be taken now/, BUSY_STAND_IN] });
  await scenario.botProcess({ LOG_LEVEL: 'error' });
  const genuine = await genuineBodies(scenario);

  const sns = await statusesOf(scenario, '/webhooks/sns', genuine, BODIES);
  const slack = await statusesOf(scenario, '/slack/events', genuine, Math.ceil(BODIES / 10));
  const elsewhere = await statusesOf(scenario, '/webhooks/nowhere', genuine, 20);
  const switchedOff = await statusesOf(scenario, '/webhooks/events', genuine, 20);

  expect(sns.filter((status) => ![200, 400, 403, 413, 503].includes(status))).toEqual([]);
  expect(sns.filter((status) => status === 503).length).toBeLessThan(BODIES / 100);
  expect(new Set(slack)).toEqual(new Set([401]));
  expect([...elsewhere, ...switchedOff].filter((status) => ![400, 404, 413].includes(status))).toEqual([]);
  expect((await fetch(`${scenario.botUrl}/healthz`)).status).toBe(200);
  await scenario.settles();
  const alarms = await scenario.redis.keys('{tocsin}:alert:*');
  expect(alarms.map((key) => key.split('/').at(-1))).toEqual(['genuine-alarm']);
});

it.concurrent('answers every damaged body of a known sender, and believes no stranger', { timeout: 600_000 }, async ({
  start,
}) => {
  const scenario = await start({ http: true, env: SECRETS, errors: [BUSY_STAND_IN] });
  const bot = await scenario.botProcess({ LOG_LEVEL: 'error' });
  const count = Math.ceil(BODIES / 10);

  for (const { path, bodies, proof } of knownSenders(scenario)) {
    const known = await statusesOf(scenario, path, bodies, count, proof);
    const strangers = await statusesOf(scenario, path, bodies, count, () => strangeProof());

    expect([path, known.filter((status) => ![200, 400, 413].includes(status))]).toEqual([path, []]);
    expect([path, known.includes(200), known.includes(400)]).toEqual([path, true, true]);
    expect([path, strangers.filter((status) => status !== 401 && status !== 413)]).toEqual([path, []]);
  }
  await scenario.settles(120_000);
  expect((await fetch(`${scenario.botUrl}/healthz`)).status).toBe(200);
  expect(bot.output()).not.toContain(SECRET);
});

it.concurrent('answers others while a hundred senders dawdle', async ({ start }) => {
  const { botUrl, ...world } = await start({ env: SECRETS });
  await world.bot();
  const { port, hostname } = new URL(botUrl);
  const dawdlers = await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      const socket = connect(Number(port), hostname).on('error', () => undefined);
      await once(socket, 'connect');
      const path = ['alertmanager', 'grafana', 'events', 'sns'][i % 4];
      const proof = `Authorization: Bearer ${SECRET}\r\nX-Grafana-Alerting-Signature: 00`;
      socket.write(`POST /webhooks/${path} HTTP/1.1\r\nHost: tocsin\r\n${proof}\r\nContent-Length: 9999\r\n\r\n{`);
      return socket;
    }),
  );

  const answer = await fetch(`${botUrl}/webhooks/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SECRET}` },
    body: JSON.stringify({ kind: 'alert', name: 'heard-all-the-same' }),
  });

  expect(answer.status).toBe(200);
  await (await world.slack.card('INC-1')).says('heard-all-the-same');
  for (const socket of dawdlers) socket.destroy();
});

it.concurrent('shows hostile alarms without a ping, whole and within the limits of Slack', async ({ start }) => {
  const { slack, alarms, clock, ...world } = await start();
  await world.bot();
  const texts = [
    '<!channel> <!here> <!everyone> <@U0ANA> <!subteam^S0ONCALL>',
    '*bold* _it_ `code` ```block``` ~gone~ > quote & &amp; <https://evil.example|click me>',
    'x'.repeat(40_000),
    '<!channel>'.repeat(4_000),
    '\u202egnorw\u202c \u2066left\u2069 \u0000\u0007\u001b[31m\ufeff',
    `broken \ud83d${'🔥'.repeat(3_000)}\udd25`,
    'مرحبا بالعالم שלום עולם',
    '{"json": "in json"} \\" \\n \\u003c!channel>',
    '&lt;!channel&gt;',
    ' \n\t\r\n ',
  ];

  for (const [i, text] of texts.entries()) {
    clock.advance(minutes(11)); // each is an incident of its own
    alarms.publishes({ name: `${i}${text}`, reason: text, description: text });
    await slack.card(`INC-${i + 1}`);
  }
  await world.settles();

  const drawn = slack.cards().map((card) => [card.raw().text, ...formatted(card.raw().blocks)].join('\n'));
  expect(drawn).toHaveLength(texts.length);
  expect(drawn.filter((card) => /<[!@#](?!date\^)/.test(card))).toEqual([]);
  expect(drawn.filter((card) => /<https?:\/\/evil/.test(card))).toEqual([]);
  expect(slack.cards().filter((card) => !card.buttons().includes('Acknowledge'))).toEqual([]);
});

const SECRET = 'a-secret-of-some-length';
const SECRETS = { ALERTMANAGER_TOKEN: SECRET, GRAFANA_SECRET: SECRET, EVENTS_TOKEN: SECRET };

type Proof = (body: Buffer) => Record<string, string>;

/** Senders that present or sign with the right secret, with bodies as they send them. */
function knownSenders({ clock }: Scenario): readonly { path: string; bodies: string[]; proof: Proof }[] {
  const bearer = () => ({ authorization: `Bearer ${SECRET}` });
  const alert = {
    status: 'firing',
    labels: { alertname: 'Genuine', service: 'shop' },
    annotations: { summary: 'slow' },
    startsAt: new Date(clock.now()).toISOString(),
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus:9090/graph',
    fingerprint: '0123456789abcdef',
  };
  const group = { version: '4', truncatedAlerts: 0, alerts: [alert, { ...alert, status: 'resolved' }] };
  const events = [
    { kind: 'alert', name: 'genuine', status: 'firing', value: 7, at: clock.now(), labels: { environment: 'prod' } },
    { kind: 'change', name: 'api', change: 'deployment', summary: 'v1 → v2' },
    { kind: 'signal', name: 'heartbeat' },
  ];
  return [
    { path: '/webhooks/alertmanager', bodies: [JSON.stringify(group)], proof: bearer },
    {
      path: '/webhooks/grafana',
      bodies: [JSON.stringify({ ...group, version: '1', orgId: 1, alerts: [{ ...alert, values: { B: 2.4 } }] })],
      proof: (body) => ({
        'x-grafana-alerting-signature': createHmac('sha256', SECRET).update(body).digest('hex'),
      }),
    },
    { path: '/webhooks/events', bodies: [...events, events].map((one) => JSON.stringify(one)), proof: bearer },
  ];
}

/** What somebody might try who does not know the secret. */
function strangeProof(): Record<string, string> {
  const tries: Record<string, string>[] = [
    {},
    { authorization: `Bearer ${SECRET.slice(0, -1)}` },
    { authorization: `Bearer ${SECRET}x` },
    { authorization: `Basic ${Buffer.from(`${SECRET}:`).toString('base64')}` },
    { authorization: 'Basic %%%' },
    { 'x-grafana-alerting-signature': '0'.repeat(64) },
    { 'x-tocsin-timestamp': String(Math.floor(Date.now() / 1_000)), 'x-tocsin-signature': `sha256=${'0'.repeat(64)}` },
    { authorization: 'x'.repeat(5_000) },
  ];
  return fc.sample(fc.constantFrom(...tries), 1)[0] ?? {};
}

/** The texts in which Slack reads pings, links and formats. */
function formatted(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(formatted);
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === 'mrkdwn') return ['text' in value ? String(value.text) : ''];
  return Object.values(value).flatMap(formatted);
}

async function genuineBodies({ topicArns, certDir, clock }: Scenario): Promise<string[]> {
  const sns = await createSnsSigner({ topicArn: topicArns[0] ?? '', certDir, now: clock.now });
  const message = JSON.stringify({
    AlarmName: 'genuine-alarm',
    AWSAccountId: '123456789012',
    NewStateValue: 'ALARM',
    NewStateReason: 'Threshold Crossed',
    StateChangeTime: new Date(clock.now()).toISOString().replace('Z', '+0000'),
    AlarmArn: 'arn:aws:cloudwatch:ca-central-1:123456789012:alarm:genuine-alarm',
    OldStateValue: 'OK',
  });
  return [
    sns.notification({ message, subject: 'ALARM' }).body,
    sns.unsubscription().body,
    sns.notification({ message }).body,
  ];
}

/** Bodies that are nothing, JSON of any shape, or a genuine one with a part cut, put in or repeated. */
function damaged(genuine: readonly string[], count: number): Buffer[] {
  const cut = fc
    .tuple(
      fc.constantFrom(...genuine),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(60),
      fc.string({ unit: 'binary', maxLength: 30 }),
    )
    .map(([body, at, length, put]) => {
      const from = Math.floor(at * body.length);
      return Buffer.from(body.slice(0, from) + put + body.slice(from + length));
    });
  const field = fc
    .tuple(fc.constantFrom(...genuine), fc.nat(8), fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' })))
    .map(([body, which, value]) => {
      const parsed = JSON.parse(body) as Record<string, unknown>; // written by the signer
      const name = Object.keys(parsed)[which % Object.keys(parsed).length] ?? '';
      return Buffer.from(JSON.stringify(name === 'SigningCertURL' ? parsed : { ...parsed, [name]: value }));
    });
  const noise = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
  const json = fc.json().map((text) => Buffer.from(text));
  const large = fc.integer({ min: 300_000, max: 320_000 }).map((size) => Buffer.alloc(size, '['));
  const weighted = fc.oneof(
    { arbitrary: cut, weight: 40 },
    { arbitrary: field, weight: 30 },
    { arbitrary: noise, weight: 15 },
    { arbitrary: json, weight: 14 },
    { arbitrary: large, weight: 1 },
  );
  return fc.sample(weighted, count);
}

/** Sends so many bodies, made a few at a time, and answers what became of each. */
async function statusesOf(
  scenario: Scenario,
  path: string,
  genuine: readonly string[],
  count: number,
  proof: Proof = () => ({}),
) {
  const pool = new Pool(scenario.botUrl, { connections: AT_ONCE });
  const send = async (body: Buffer, at: number) => {
    const type = at % 2 === 0 ? 'text/plain; charset=UTF-8' : 'application/json';
    const headers = { 'content-type': type, ...proof(body) };
    const answer = await pool.request({ path, method: 'POST', headers, body });
    await answer.body.dump();
    return answer.statusCode;
  };
  const statuses: number[] = [];
  while (statuses.length < count) {
    const bodies = damaged(genuine, Math.min(count - statuses.length, 4 * AT_ONCE));
    statuses.push(...(await Promise.all(bodies.map(send))));
  }
  await pool.close();
  return statuses;
}
