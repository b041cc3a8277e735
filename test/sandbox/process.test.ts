import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfirmSubscriptionCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalWorld, startLocalWorld } from '../../sandbox/local.ts';
import { type Subscriber, startSubscriber } from './aws/subscriber.ts';

const ROOT = join(import.meta.dirname, '../..');
let dataDir: string;

beforeAll(async () => {
  dataDir = await realpath(await mkdtemp(join(tmpdir(), 'local-')));
});

afterAll(() => rm(dataDir, { recursive: true }));

describe('the local world', () => {
  let bot: Subscriber;
  let world: LocalWorld;

  beforeAll(async () => {
    bot = await startSubscriber();
    world = await startLocalWorld({ webhookUrl: bot.url, dataDir, port: 0, page: false });
  });

  afterAll(async () => {
    await world.stop();
    await bot.close();
  });

  it('brings an alarm that is fired on the page to a bot that confirmed', async () => {
    const { AWS_ENDPOINT_URL: endpoint = '', AWS_REGION: region = '', SNS_TOPIC_ARNS: topics = '' } = world.env;
    const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
    const sns = new SNSClient({ endpoint, region, credentials });
    const received = await bot.wait(topics.split(',').length + 1);
    for (const { json } of received.filter(({ json }) => json.Type === 'SubscriptionConfirmation')) {
      await sns.send(new ConfirmSubscriptionCommand({ TopicArn: json.TopicArn, Token: json.Token }));
    }
    const before = bot.received.length;

    const acted = await post(new URL('api/act', world.url), { type: 'alarm', name: 'sm-prod-5XX', do: 'fire' });
    const all = await bot.wait(before + 1);
    const state = await (await fetch(new URL('api/state', world.url))).json();

    expect(acted).toEqual({ ok: true });
    expect(JSON.parse(all.at(-1)?.json.Message ?? '')).toMatchObject({
      AlarmName: 'sm-prod-5XX',
      NewStateValue: 'ALARM',
    });
    expect(state.alarms).toContainEqual(expect.objectContaining({ name: 'sm-prod-5XX', state: 'ALARM' }));
  });

  it('lets the bot into Slack with the tokens that it hands out', async () => {
    const authorization = `Bearer ${world.env.SLACK_BOT_TOKEN}`;

    const answer = await fetch(new URL('auth.test', world.env.SLACK_API_URL), {
      method: 'POST',
      headers: { authorization },
    });

    expect(await answer.json()).toMatchObject({ ok: true });
  });

  it('names a Redis of its own', () => {
    expect(world.env.REDIS_URL).toMatch(/^unix:/);
  });
});

describe('the sandbox', () => {
  it('says which port is taken, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    // A listening TCP server has an AddressInfo.
    const { port } = other.address() as AddressInfo;
    const options = { webhookUrl: 'http://127.0.0.1:9/', redisUrl: 'redis://unused', dataDir, port, page: false };

    const start = startLocalWorld(options);

    await expect(start).rejects.toMatchObject({
      name: 'SetupError',
      message: `The sandbox could not start. Port ${port} is taken: set SANDBOX_PORT to a free one, or leave it out.`,
    });
    other.close();
  });

  it('ends with whoever started it, and so does the Redis, even when that one is killed', async () => {
    const program = `
      import { startLocalWorld } from '${join(ROOT, 'sandbox/local.ts')}';
      const world = await startLocalWorld({ webhookUrl: 'http://127.0.0.1:9/', dataDir: '${dataDir}/killed', port: 0, page: false });
      console.log(JSON.stringify(world.pids));`;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], { cwd: ROOT });
    const [line] = await once(parent.stdout, 'data');
    const pids: number[] = Object.values(JSON.parse(String(line)));

    parent.kill('SIGKILL');
    for (const pid of pids) while (isAlive(pid)) await sleep(10);

    expect(pids).toHaveLength(2);
  }, 60_000); // two programs start, while others are tested
});

async function post(url: URL, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
