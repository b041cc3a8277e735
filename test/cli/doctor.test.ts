import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfirmSubscriptionCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { SANDBOX_APP } from '../../sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { checkCertificates } from '../../src/cli/doctor/certificates.ts';
import { clockFinding, createClock } from '../../src/cli/doctor/clock.ts';
import { fine, warning, written, wrong } from '../../src/cli/doctor/finding.ts';
import { checkRedis } from '../../src/cli/doctor/redis.ts';
import { diagnose } from '../../src/cli/doctor.ts';
import { SCOPES } from '../../src/slack/scopes.ts';
import { useRedis } from '../support/redis.ts';
import { run } from './run.ts';

const ALL_SCOPES = Object.keys(SCOPES);

describe('npm run doctor', () => {
  const redis = useRedis();
  let sandbox: Sandbox;
  let dir: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tocsin-doctor-'));
    sandbox = await startSandbox({
      ...{ host: '127.0.0.1', port: 0, dataDir: dir, rateLimits: false, page: false },
      ...{ webhookUrl: null, eventsUrl: null },
    });
    env = {
      SLACK_BOT_TOKEN: SANDBOX_APP.botToken,
      SLACK_APP_TOKEN: SANDBOX_APP.appToken,
      SLACK_API_URL: sandbox.slackApiUrl,
      AWS_ENDPOINT_URL: sandbox.awsEndpointUrl,
      AWS_REGION: sandbox.awsRegion,
      AWS_ACCESS_KEY_ID: 'sandbox',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      SNS_TOPIC_ARNS: sandbox.topicArns[0] ?? '',
      SNS_CERT_DIR: sandbox.certDir,
      REDIS_URL: redis.url,
    };
  });
  beforeEach(async () => {
    for (const [name, value] of Object.entries(env)) if (name.startsWith('AWS_')) vi.stubEnv(name, value);
    await control('scopes', { scopes: ALL_SCOPES });
  });
  afterAll(async () => {
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('finds an installation in order that lacks only its subscription', async () => {
    const { code, stdout } = await run('doctor', [], env);

    expect(code).toBe(1);
    expect(stdout.match(/(?<=^ +)✗.*/gm)).toEqual([
      expect.stringMatching(/^✗ [\w-]+: no subscription ends in \/webhooks\/sns$/),
    ]);
    expect(stdout).toMatch(/✓ the bot token works: U\w+ in the workspace Demo Rides/);
    expect(stdout).toContain('✓ every permission in manifest.yml is granted');
    expect(stdout).toContain('✓ #bikeshare-alerts C0BIKESHARE (bikeshare): Tocsin is in the channel');
    expect(stdout).toContain('✓ the clock agrees with that of Slack');
    expect(stdout).toContain('! append-only file is off');
  });

  it('finds nothing wrong once a subscription is confirmed, and says what to improve about it', async () => {
    const arn = sandbox.topicArns[1] ?? '';
    const webhook = await subscribed(arn, { RawMessageDelivery: 'false' });

    const stdout = await look({ ...env, SNS_TOPIC_ARNS: arn }, webhook);

    expect(stdout).not.toContain('✗');
    expect(stdout).toContain('the subscription of this webhook is confirmed');
    expect(stdout).toContain('SNS tries only 3 times again');
    expect(stdout).toContain('there is no dead-letter queue');
    expect(stdout).not.toContain(webhook);
  });

  it('finds raw delivery, which carries no signature', async () => {
    const arn = sandbox.topicArns[2] ?? sandbox.topicArns[0] ?? '';
    await subscribed(arn, { RawMessageDelivery: 'true' });

    const stdout = await look({ ...env, SNS_TOPIC_ARNS: arn });

    expect(stdout).toContain('raw delivery is on');
  });

  it('says that it could not tell, never that it is fine, what it may not look at', async () => {
    await control('scopes', { scopes: ['chat:write', 'commands'] });

    const { stdout } = await run('doctor', [], env);

    expect(stdout).toContain(
      '! could not tell: C0BIKESHARE (bikeshare): the permission to look at channels is missing',
    );
    expect(stdout).toContain('! the permission channels:history is missing');
    expect(stdout).not.toMatch(/✓.*C0BIKESHARE/);
  });

  it('finds a channel that is archived, one that is not there, and a required permission that is missing', async () => {
    const services = await mkdtemp(join(dir, 'services-'));
    await writeFile(join(services, 'a.yml'), 'owner: A\nchannel: C0INCIDENTS\nfallback: true\n');
    await writeFile(join(services, 'b.yml'), 'owner: B\nchannel: C0NOWHERE\n');
    await control('channels/archive', { channel: 'C0INCIDENTS' });
    await control('scopes', { scopes: ALL_SCOPES.filter((scope) => scope !== 'chat:write') });

    const stdout = await look({ ...env, SERVICES_DIR: services });

    expect(stdout).toContain('✗ #incidents C0INCIDENTS (a) is archived');
    expect(stdout).toContain('✗ C0NOWHERE (b): Slack answers channel_not_found');
    expect(stdout).toContain('✗ the permission chat:write is missing: without it no card can be posted');
  });

  it('names each thing that is broken with its mend, and repeats no secret', async () => {
    const secrets = { SLACK_BOT_TOKEN: 'xoxb-stolen', SLACK_APP_TOKEN: 'xapp-stolen', AWS_SECRET_ACCESS_KEY: 's3cret' };
    const away = { REDIS_URL: 'redis://:hunter2@127.0.0.1:1', AWS_ENDPOINT_URL: 'http://127.0.0.1:1/aws/' };

    const { code, stdout, stderr } = await run('doctor', [], { ...env, ...secrets, ...away });

    expect(code).toBe(1);
    expect(stdout).toContain('✗ SLACK_BOT_TOKEN: Slack answers invalid_auth');
    expect(stdout).toContain('Make an app-level token with connections:write');
    expect(stdout).toContain('✗ cannot be reached');
    expect(stdout).toContain('could not tell: the channels of the services');
    expect(stdout).toMatch(/could not tell: [\w-]+: AWS does not answer/);
    expect(stdout + stderr).not.toMatch(/stolen|s3cret|hunter2/);
  });

  it('begins with what an empty environment lacks', async () => {
    const stdout = await look({});

    expect(stdout).toContain('✗ SLACK_BOT_TOKEN is missing');
    expect(stdout).toContain('! could not tell: how Redis is');
    expect(stdout).toContain('! SNS_TOPIC_ARNS is empty');
  });

  /** The doctor in this process: the AWS SDK reads its own variables where it always does. */
  async function look(variables: NodeJS.ProcessEnv, webhook: string | null = null): Promise<string> {
    const texts: string[] = [];
    for await (const section of diagnose(variables, webhook)) texts.push(written(section));
    return texts.join('\n');
  }

  async function control(what: string, body: object): Promise<void> {
    const address = new URL(`/slack/_control/${what}`, sandbox.url);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.ok).toBe(true);
  }

  /** Subscribes an endpoint of ours to a topic and confirms it as Tocsin does. Answers its address. */
  async function subscribed(topicArn: string, attributes: Record<string, string>): Promise<string> {
    const asked = Promise.withResolvers<{ Token: string }>();
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        asked.resolve(JSON.parse(body));
        response.end();
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/sns`;
    const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
    const sns = new SNSClient({ endpoint: sandbox.awsEndpointUrl, region: sandbox.awsRegion, credentials });
    try {
      await sns.send(
        new SubscribeCommand({ TopicArn: topicArn, Protocol: 'http', Endpoint: webhook, Attributes: attributes }),
      );
      const { Token } = await asked.promise;
      await sns.send(new ConfirmSubscriptionCommand({ TopicArn: topicArn, Token, AuthenticateOnUnsubscribe: 'true' }));
    } finally {
      sns.destroy();
      server.close();
    }
    return webhook;
  }
});

describe('the look at Redis', () => {
  const server = useRedis();

  it('warns of an eviction that has no limit yet, and finds one that has', async () => {
    const redis = server.client();
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');

    const unlimited = await look();
    await redis.config('SET', 'maxmemory', '100mb');
    const limited = await look();
    await redis.config('SET', 'maxmemory', '0');
    await redis.config('SET', 'maxmemory-policy', 'noeviction');

    expect(unlimited).toContainEqual({
      verdict: 'warning',
      what: expect.stringMatching(/allkeys-lru/),
      mend: expect.any(String),
    });
    expect(limited).toContainEqual({
      verdict: 'wrong',
      what: expect.stringMatching(/allkeys-lru/),
      mend: expect.any(String),
    });
  });

  it.each([
    ['always', 'fine', /append-only file is on: a crash costs nothing/],
    ['everysec', 'warning', /appendfsync is everysec: .* may cost two seconds of alarms and clicks/],
    ['no', 'warning', /appendfsync is no: a power cut may cost half a minute/],
  ])('says what a crash costs when an append-only file is written %s', async (policy, verdict, what) => {
    const redis = server.client();
    await redis.config('SET', 'appendonly', 'yes');
    await redis.config('SET', 'appendfsync', policy);

    const findings = await look();
    await redis.config('SET', 'appendonly', 'no');

    expect(findings).toContainEqual(expect.objectContaining({ verdict, what: expect.stringMatching(what) }));
  });

  it('finds a Redis that takes no writes', async () => {
    const redis = server.client();
    await redis.replicaof('127.0.0.1', 1);

    const findings = await look();
    await redis.replicaof('NO', 'ONE');

    expect(findings).toContainEqual({
      verdict: 'wrong',
      what: expect.stringMatching(/does not take writes \(READONLY\)/),
      mend: expect.any(String),
    });
  });

  it('cannot tell what INFO would say where it is forbidden', async () => {
    const redis = server.client();
    await redis.acl('SETUSER', 'tocsin', 'on', 'nopass', '~*', '+@all', '-info');
    const limited = redis.duplicate({ username: 'tocsin', password: 'any', enableReadyCheck: false });

    const findings = await checkRedis(limited, 'probe', Date.now);
    limited.disconnect();

    expect(findings).toContainEqual({
      verdict: 'unknown',
      what: expect.stringMatching(/version, eviction and pers/),
      mend: expect.any(String),
    });
  });

  async function look() {
    return await checkRedis(server.client(), 'probe', Date.now);
  }
});

describe('the look at the clock', () => {
  it.each([
    [0, 'fine'],
    [-20_000, 'warning'],
    [20_000, 'warning'],
    [600_000, 'wrong'],
    [-600_000, 'wrong'],
  ])('finds one that is %d ms ahead %s', async (ahead, verdict) => {
    const slack = Date.UTC(2026, 10, 22, 7, 0, 0);
    const headers = { date: new Date(slack).toUTCString() };
    const clock = createClock(
      async () => new Response('{}', { headers }),
      () => slack + 500 + ahead,
    );

    await clock.fetch('https://slack.test', {});

    expect(clockFinding(clock).verdict).toBe(verdict);
  });

  it('cannot tell without an answer', () => {
    expect(clockFinding({ aheadMs: () => null }).verdict).toBe('unknown');
  });
});

describe('the look at pinned certificates', () => {
  it('finds a folder that is not there, and says nothing when none is pinned', async () => {
    expect(await checkCertificates(undefined, 0)).toEqual([]);
    expect(await checkCertificates('/nowhere', 0)).toMatchObject([{ verdict: 'wrong' }]);
  });
});

describe('the permissions that are looked for', () => {
  it('are those of the manifest', async () => {
    const manifest = parse(await readFile(join(import.meta.dirname, '../../manifest.yml'), 'utf8'));
    const { bot, bot_optional: optional } = manifest.oauth_config.scopes;

    expect([...bot, ...optional].sort()).toEqual([...ALL_SCOPES].sort());
  });
});

describe('what the doctor found', () => {
  it('says once what several in a row want done', () => {
    const advice = 'Where it is meant, leave it.';
    const findings = [
      warning('A is not set', advice),
      warning('B is not set', advice),
      wrong('C is missing', 'Set it.'),
      fine('D'),
      warning('E is not set', advice),
    ];

    expect(written({ title: 'Service files', findings })).toBe(`Service files
  ! A is not set
  ! B is not set
      Where it is meant, leave it.
  ✗ C is missing
      Set it.
  ✓ D
  ! E is not set
      Where it is meant, leave it.
`);
  });
});
