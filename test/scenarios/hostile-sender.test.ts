import fc from 'fast-check';
import { Pool } from 'undici';
import { expect } from 'vitest';
import { it, type Scenario } from '../support/scenario.ts';
import { minutes } from '../support/scenario-clock.ts';
import { createSnsSigner } from '../support/sns.ts';

/** `CHAOS=full` is the number that is promised. */
const BODIES = process.env.CHAOS === 'full' ? 100_000 : 2_000;
const AT_ONCE = 50;

it.concurrent('answers every random or damaged body as it should, and lives', { timeout: 600_000 }, async ({
  start,
}) => {
  const scenario = await start({ http: true, errors: [/could not be taken now/] });
  await scenario.botProcess({ LOG_LEVEL: 'error' });
  const genuine = await genuineBodies(scenario);

  const sns = await statusesOf(scenario, '/webhooks/sns', genuine, BODIES);
  const slack = await statusesOf(scenario, '/slack/events', genuine, Math.ceil(BODIES / 10));
  const elsewhere = await statusesOf(scenario, '/webhooks/nowhere', genuine, 20);

  expect(sns.filter((status) => ![200, 400, 403, 413, 503].includes(status))).toEqual([]);
  expect(sns.filter((status) => status === 503).length).toBeLessThan(BODIES / 100);
  expect(new Set(slack)).toEqual(new Set([401]));
  expect(elsewhere.filter((status) => ![400, 404, 413].includes(status))).toEqual([]);
  expect((await fetch(`${scenario.botUrl}/healthz`)).status).toBe(200);
  await scenario.settles();
  const alarms = await scenario.redis.keys('{tocsin}:alert:*');
  expect(alarms.map((key) => key.split('/').at(-1))).toEqual(['genuine-alarm']);
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
async function statusesOf(scenario: Scenario, path: string, genuine: readonly string[], count: number) {
  const pool = new Pool(scenario.botUrl, { connections: AT_ONCE });
  const send = async (body: Buffer, at: number) => {
    const headers = { 'content-type': at % 2 === 0 ? 'text/plain; charset=UTF-8' : 'application/json' };
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
