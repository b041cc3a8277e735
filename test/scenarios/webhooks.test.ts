import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { it, type Scenario } from '../support/scenario.ts';
import { minutes, seconds } from '../support/scenario-clock.ts';
import { createSnsSigner } from '../support/sns.ts';

const SECRET = 'a-secret-of-some-length';
const env = { ALERTMANAGER_TOKEN: SECRET, GRAFANA_SECRET: SECRET, EVENTS_TOKEN: SECRET };
const bearer = { authorization: `Bearer ${SECRET}` };
const services = {
  shop: `
owner: Shop team
channel: C0BIKESHARE
recovery: { end: resolve, watch: 5m }
alarms:
  - { match: ShopIsSlow, when: { source: alertmanager, labels: { job: shop-* } }, severity: P1, title: The shop is slow }
  - { match: Checkout latency, when: { source: grafana }, severity: P2, title: The checkout is slow }
  - match: drift-report
    when: { source: event }
    severity: P3
    class: drift
    title: The features have drifted
    environment: { from: environment }
    grades: { value: measurement, unit: Share, steps: [{ above: 0.3, severity: P2 }, { above: 0.5, severity: P1 }] }
  - { match: endpoint/shop-*, when: { source: eventbridge }, severity: P1, title: The endpoint does not serve }
`,
  operators: 'owner: Operators\nchannel: C0OPERATORS\nfallback: true\n',
};

it.concurrent('goes from Alertmanager to a card, back to recovered, and back again', async ({ start }) => {
  const { slack, clock, botUrl, ...world } = await start({ services, env });
  await world.bot();
  const startsAt = new Date(clock.now()).toISOString();
  const alert = {
    labels: { alertname: 'ShopIsSlow', job: 'shop-api' },
    annotations: { summary: 'p95 above 500 ms' },
    startsAt,
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: '0123456789abcdef',
  };
  const say = (status: string, more: object = {}) =>
    post(botUrl, 'alertmanager', { version: '4', alerts: [{ ...alert, status, ...more }] }, bearer);

  expect(await say('firing')).toBe(200);
  const card = await slack.card('INC-1');
  await card.says('The shop is slow', 'p95 above 500 ms', 'P1');

  clock.advance(minutes(1));
  expect(await say('resolved', { endsAt: new Date(clock.now()).toISOString() })).toBe(200);
  await card.says('Recovered', 'resolves by itself');

  clock.advance(minutes(5) + seconds(1));
  await card.isTold(/resolved/i);
  clock.advance(minutes(10)); // it never ended for Prometheus, which keeps its start
  expect(await say('firing')).toBe(200);
  await card.isTold(/fired again|reopened/i);
  expect(slack.cards()).toHaveLength(1);
});

it.concurrent('goes from Grafana to a card and back to recovered', async ({ start }) => {
  const { slack, clock, botUrl, ...world } = await start({ services, env });
  await world.bot();
  const alert = {
    labels: { alertname: 'Checkout latency' },
    annotations: { summary: 'slow' },
    startsAt: new Date(clock.now()).toISOString(),
    fingerprint: 'fedcba9876543210',
    values: { B: 2.4 },
  };
  const say = (status: string, more: object = {}) => {
    const body = JSON.stringify({ version: '1', orgId: 1, alerts: [{ ...alert, status, ...more }] });
    const timestamp = String(Math.floor(clock.now() / 1_000));
    return post(botUrl, 'grafana', body, {
      'x-grafana-alerting-timestamp': timestamp,
      'x-grafana-alerting-signature': signature(`${timestamp}:${body}`),
    });
  };

  expect(await say('firing')).toBe(200);
  const card = await slack.card('INC-1');
  await card.says('The checkout is slow', '2.4');

  clock.advance(minutes(1));
  expect(await say('resolved', { endsAt: new Date(clock.now()).toISOString() })).toBe(200);
  await card.says('Recovered');
});

it.concurrent('lets the rule judge a report, environment by environment', async ({ start }) => {
  const { slack, clock, botUrl, ...world } = await start({ services, env });
  await world.bot();
  const report = (value: number, environment: string) =>
    post(botUrl, 'events', { kind: 'report', name: 'drift-report', value, unit: 'Share', environment }, bearer);

  expect(await report(0.2, 'prod')).toBe(200);
  expect(await report(0.42, 'prod')).toBe(200);
  const card = await slack.card('INC-1');
  await card.says('The features have drifted', 'P2', '42 %');

  clock.advance(seconds(5));
  expect(await report(0.1, 'staging')).toBe(200);
  await world.settles();
  expect((await world.incident('INC-1')).members.firing).toBe(1);

  clock.advance(seconds(5));
  expect(await report(0.1, 'prod')).toBe(200);
  await card.says('Recovered');
  expect(slack.cards()).toHaveLength(1);
});

it.concurrent('goes from an event of SageMaker to a card and back, and keeps the deployment before it', async ({
  start,
}) => {
  const { slack, clock, botUrl, redis, ...world } = await start({ services, env });
  await world.bot();
  const sns = await createSnsSigner({
    topicArn: world.topicArns[0] ?? '',
    certDir: world.certDir,
    now: clock.now,
  });
  const say = (EndpointStatus: string) => {
    const at = clock.now();
    const message = JSON.stringify({
      'detail-type': 'SageMaker Endpoint State Change',
      source: 'aws.sagemaker',
      account: '123456789012',
      region: 'ca-central-1',
      time: new Date(at).toISOString(),
      detail: { EndpointName: 'shop-prod', EndpointConfigName: 'v42', EndpointStatus, LastModifiedTime: at },
    });
    const { body, headers } = sns.notification({ message });
    return post(botUrl, 'sns', body, headers);
  };

  expect(await say('UPDATING')).toBe(200);
  clock.advance(seconds(30));
  expect(await say('OUT_OF_SERVICE')).toBe(200);
  const card = await slack.card('INC-1');
  await card.says('The endpoint does not serve', 'is out of service');
  expect(Object.values(await redis.hgetall('{tocsin}:changes:by-id')).join()).toContain(
    'Endpoint shop-prod is being updated with configuration v42',
  );

  clock.advance(seconds(30));
  expect(await say('IN_SERVICE')).toBe(200);
  await card.says('Recovered');
});

it.concurrent('asks every sender to come again while Redis is away, and then takes what they say once', async ({
  start,
}) => {
  const { slack, clock, botUrl, ...world } = await start({ services, env, appendonly: true });
  await world.bot();
  const startsAt = new Date(clock.now()).toISOString();
  const labels = { alertname: 'ShopIsSlow', job: 'shop-api' };
  const alert = { status: 'firing', labels, startsAt, fingerprint: '0123456789abcdef' };
  const isStored = async () => [
    await post(botUrl, 'alertmanager', { version: '4', alerts: [alert] }, bearer),
    await post(botUrl, 'events', { kind: 'report', name: 'drift-report', value: 0.6, id: 'today' }, bearer),
    await post(botUrl, 'events', { kind: 'change', name: 'shop', summary: 'v12 → v13', id: 'v13' }, bearer),
  ];

  await world.killRedis();
  expect(await isStored()).toEqual([503, 503, 503]);
  expect(await post(botUrl, 'events', { kind: 'party' }, bearer)).toBe(503); // operators could not be told
  await world.reviveRedis();
  await eventually('a Redis that answers', async () => (await isStored()).every((status) => status === 200));
  expect(await isStored()).toEqual([200, 200, 200]);

  await (await slack.card('INC-1')).says('2 alarms: 2 firing');
  expect(slack.cards()).toHaveLength(1);
  expect(await world.redis.zcard('{tocsin}:changes')).toBe(1);
});

function signature(text: string): string {
  return createHmac('sha256', SECRET).update(text).digest('hex');
}

async function post(
  url: Scenario['botUrl'],
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (await fetch(`${url}/webhooks/${path}`, { method: 'POST', headers, body: text })).status;
}
