import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RedisServer, startRedisServer } from '../../src/local/redis-server.ts';
import { unpacked } from '../../src/store/packed.ts';
import { eventually } from '../support/eventually.ts';
import { type LocalMode, startLocalMode } from '../support/local-mode.ts';

vi.setConfig({ testTimeout: 60_000 });

const KEY = '0123456789abcdef0123456789abcdef';
const IN_URL = 'a-secret-in-the-address';
const PHONE = '+16135550101';

const SERVICE = `
owner: Checkout team
channel: C0INCIDENTS
fallback: true
roles:
  on-call: { title: "On-call <!channel> *engineer*", people: [U0ANA] }
  second: { title: Second, people: [U0BEN] }
rotations:
  week:
    layers: [{ members: [U0ANA, U0BEN], start: 2026-01-05 }]
    calendar: { url: "\${ON_CALL_CALENDAR}", people: { ana@example.com: U0ANA } }
escalation:
  paths:
    - name: a
      steps:
        - { level: L1, notify: on-call, via: [sms, dm] }
        - { level: L1, notify: on-call, via: mail }
        - { level: L1, notify: on-call, via: call }
        - { level: L1, notify: on-call, via: { pagerduty: "\${PAGERDUTY_KEY}" } }
        - { level: L1, notify: on-call, via: { webhook: "\${PAGE_WEBHOOK}" } }
        - { level: L1, notify: second, via: [{ webhook: "\${METADATA_WEBHOOK}" }, dm] }
        - { level: L1, notify: [second, channel], via: mention }
        - { level: L2, after: 2h, notify: { rotation: week } }
alarms:
  - { match: "*", severity: P1 }
`;

const TOPIC = 'arn:aws:sns:ca-central-1:123456789012:sm-alerts';
const HOSTILE = [
  '<!channel> <!here> <@U0BEN> <!subteam^S0ONCALL> *bold* _it_ `code` ~gone~',
  '<https://evil.example|Acknowledge here> &lt;!channel&gt; \u202egnp.egap\u202c \u0000\u0007\u001b[31m',
  '\r\nBcc: everybody@example.com\r\n\r\nBEGIN:VEVENT 🔥🔥 ',
].join(' ');

describe('what pages carry out of Slack, and what stays', () => {
  let world: LocalMode;
  let outside: Server;
  let redis: RedisServer;
  let url: string;
  const heard: { path: string; body: string }[] = [];

  beforeAll(async () => {
    outside = createServer((request, response) => {
      void take(request).then((body) => {
        heard.push({ path: request.url ?? '', body });
        response.end(request.url?.includes('calendar') ? CALENDAR : 'ok');
      });
    });
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`; // it listens on a port
    redis = await startRedisServer();
    world = await startLocalMode(
      { checkout: SERVICE },
      {
        LOG_LEVEL: 'trace',
        REDIS_URL: redis.url,
        PAGERDUTY_KEY: KEY,
        PAGE_WEBHOOK: `${url}/hook/${IN_URL}`,
        METADATA_WEBHOOK: `http://169.254.169.254/latest/meta-data/${IN_URL}`,
        HEARTBEAT_URL: `${url}/beat/${IN_URL}`,
        ON_CALL_CALENDAR: `${url}/calendar/${IN_URL}`,
      },
    );
  }, 120_000);

  afterAll(async () => {
    await world?.end();
    await redis?.stop();
    outside?.close();
  });

  const says = (as: string, text: string) => world.act(as, { type: 'message', channel: 'C0INCIDENTS', text });
  const modalOf = async (as: string) => (await world.state(as)).modals.at(-1);
  const boxOf = async (as: string) => (await world.state(as)).boxes.find(({ id }) => id === as)?.items ?? [];
  const submit = async (as: string, input: string, value: string) => {
    const view = await eventually(`a form with ${input}`, async () => {
      const open = await modalOf(as);
      return open?.blocks.some(({ block_id }) => block_id === input) && open;
    });
    const values = { [input]: { [input]: { type: 'plain_text_input', value } } };
    return await world.act(as, { type: 'submit', viewId: view.id, values });
  };

  it('sends every way of a page, escaped for where it goes', async () => {
    await says('U0ANA', '/incident contact');
    await submit('U0ANA', 'phone', PHONE);
    const [first] = await eventually('a code', async () => {
      const items = await boxOf('U0ANA');
      return items.length > 0 && items;
    });
    const code = /^\d{6}/.exec(first?.text ?? '')?.[0] ?? '';
    await submit('U0ANA', 'code', code);
    await eventually('a confirmed number', async () => JSON.stringify(await modalOf('U0ANA')).includes('••01'));

    await publish(world.url, HOSTILE);
    const items = await eventually('SMS, mail and call', async () => {
      const all = await boxOf('U0ANA');
      return all.length >= 4 && all;
    });
    await eventually('a webhook', () => heard.some(({ path }) => path.startsWith('/hook/')));
    const { pagerDuty } = await eventually('PagerDuty', async () => {
      const state = await world.state('U0ANA');
      return state.pagerDuty.length > 0 && state;
    });
    await says('U0ANA', `/incident escalate INC-1 ${HOSTILE}`);
    await eventually('the escalation', async () =>
      JSON.stringify((await world.state('U0BEN')).messages).includes('escalated to L2'),
    );

    const sms = items.filter(({ kind }) => kind === 'sms').map(({ text }) => text);
    expect(sms[0]).toMatch(/^P1 checkout \(prod\) INC-1: .* Ack in Slack\.$/);
    expect(sms[0]?.length).toBeLessThanOrEqual(140);
    const [mail] = items.filter((item) => item.kind === 'mail');
    expect(mail?.subject).toMatch(/^P1 checkout \(prod\) INC-1: [\x20-\x7e]{1,80}$/);
    expect(mail?.text).not.toMatch(/^(?:Bcc|BEGIN):?/m);
    expect([...items.map(({ text }) => text), ...pagerDuty.map(({ summary }) => summary)].join('')).not.toMatch(HIDDEN);
    const [hook] = heard.filter(({ path }) => path.startsWith('/hook/'));
    expect(JSON.parse(hook?.body ?? '')).toMatchObject({
      type: 'page',
      to: { people: ['U0ANA'] },
      incident: { id: 'INC-1' },
    });
  });

  it('shows none of it as a ping, a link or a mark of Slack', async () => {
    const all = [await world.state('U0ANA'), await world.state('U0BEN')].flatMap(({ messages }) =>
      Object.values(messages).flat(),
    );
    const drawn = all.flatMap(({ text, blocks }) => [text, ...formatted(blocks)]);
    expect(drawn.some((text) => text.includes('escalated to L2'))).toBe(true);
    expect(
      drawn.filter((text) =>
        /<[!#](?!date\^)|<@(?!U0ANA>|U0BEN> P1|U0BEN> \*P1|U0BEN> escalated)|<https?:[^|>]*\|[^>]*Acknowledge/.test(
          text,
        ),
      ),
    ).toEqual([]);
    expect(drawn.filter((text) => HIDDEN.test(text))).toEqual([]);
  });

  it('keeps every secret to itself', async () => {
    const isBeating = () => heard.some(({ path }) => path.startsWith('/beat/'));
    for (let minute = 0; minute < 5 && !isBeating(); minute += 1) {
      await world.act('U0ANA', { type: 'clock', minutes: 1 }); // once it has looked after that, the next one finds it well
      await eventually('a heartbeat', isBeating, 3_000).catch(() => undefined);
    }
    expect(isBeating()).toBe(true);
    await eventually('a read calendar', () => heard.some(({ path }) => path.startsWith('/calendar/')));
    const secrets = [KEY, IN_URL, PHONE, PHONE.slice(1)];

    const slack = JSON.stringify(
      [await world.state('U0ANA'), await world.state('U0BEN'), await world.state('U0DMITRI')].map(
        ({ messages, modals, home }) => ({ messages, modals, home }),
      ),
    );
    expect(secrets.filter((secret) => slack.includes(secret))).toEqual([]);
    const output = world.output();
    expect(output.length).toBeGreaterThan(1000);
    expect(secrets.filter((secret) => output.includes(secret))).toEqual([]);
    const held = await contentOf(redis);
    expect(
      held.filter(([, value]) => [KEY, IN_URL].some((secret) => value.includes(secret))).map(([key]) => key),
    ).toEqual([]);
    expect(held.filter(([, value]) => value.includes(PHONE)).map(([key]) => key)).toEqual(['{tocsin}:contacts']);
  });
});

/** What turns text around, or ends a line. */
const HIDDEN = /(?!\n)[\p{Cc}\p{Bidi_Control}]/u;

/** The texts in which Slack reads pings, links and formats. */
function formatted(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(formatted);
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === 'mrkdwn') return ['text' in value ? String(value.text) : ''];
  return Object.values(value).flatMap(formatted);
}

const CALENDAR = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n';

async function take(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer); // a request without an encoding
  return Buffer.concat(parts).toString('utf8');
}

/** The stand-in wants to see that somebody has signed, and believes it. */
const SIGNED =
  'AWS4-HMAC-SHA256 Credential=sandbox/20261122/ca-central-1/sns/aws4_request, SignedHeaders=host, Signature=0';

/** One message of CloudWatch through the stand-in of SNS. */
async function publish(url: string, text: string): Promise<void> {
  const message = JSON.stringify({
    ...{ AlarmName: `checkout ${text}`, AlarmDescription: text, AWSAccountId: '123456789012' },
    ...{ NewStateValue: 'ALARM', OldStateValue: 'OK', NewStateReason: text },
    StateChangeTime: new Date().toISOString().replace('Z', '+0000'),
    AlarmArn: 'arn:aws:cloudwatch:ca-central-1:123456789012:alarm:checkout',
  });
  const asked = async (form: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({ Version: '2010-03-31', TopicArn: TOPIC, ...form });
    const answer = await fetch(`${url}aws/`, { method: 'POST', headers: { authorization: SIGNED }, body });
    return { status: answer.status, text: await answer.text() };
  };
  await eventually('a confirmed subscription', async () =>
    (await asked({ Action: 'ListSubscriptionsByTopic' })).text.includes(`${TOPIC}:`),
  );
  expect((await asked({ Action: 'Publish', Message: message })).status).toBe(200);
}

/** Every value of every key, as text. */
async function contentOf({ url }: RedisServer): Promise<[string, string][]> {
  const client = new Redis({ path: url.slice('unix:'.length) });
  const keys = await client.keys('*');
  const all: [string, string][] = [];
  for (const key of keys) {
    const values = await valuesOf(client, key, await client.type(key));
    for (const value of values)
      all.push([key, /^[bz]/.test(value.toString('latin1', 0, 1)) ? read(value) : String(value)]);
  }
  client.disconnect();
  return all;
}

function read(value: Buffer): string {
  try {
    return unpacked(value);
  } catch {
    return String(value); // it only begins as what is packed does
  }
}

async function valuesOf(client: Redis, key: string, type: string): Promise<Buffer[]> {
  switch (type) {
    case 'string':
      return [(await client.getBuffer(key)) ?? Buffer.alloc(0)];
    case 'hash':
      return Object.values(await client.hgetallBuffer(key));
    case 'list':
      return await client.lrangeBuffer(key, 0, -1);
    case 'set':
      return await client.smembersBuffer(key);
    case 'zset':
      return await client.zrangeBuffer(key, '0', '-1');
    case 'stream':
      return [Buffer.from(JSON.stringify(await client.xrange(key, '-', '+')))];
    default:
      throw new Error(`${key} is a ${type}`);
  }
}
