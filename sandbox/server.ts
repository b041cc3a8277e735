import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fastify } from 'fastify';
import type { Aws } from './aws/aws.ts';
import { createAws } from './aws/aws.ts';
import { keepSubscribed } from './aws/keep-subscribed.ts';
import type { PagingTopics } from './boxes/paging-topics.ts';
import { createSandboxClock } from './clock.ts';
import { demoWorkspace, subscribersOf } from './demo-workspace.ts';
import { isTaken, usualPort } from './free-port.ts';
import type { SandboxOptions } from './options.ts';
import { SANDBOX_APP } from './options.ts';
import type { Outside } from './outside.ts';
import { createOutside } from './outside.ts';
import type { Seed } from './slack/seed.ts';
import { createSlack } from './slack/slack.ts';
import { serveStatic } from './static-files.ts';
import type { SystemsOptions } from './systems/systems.ts';
import { alarmsOfSystems, startSystems } from './systems/systems.ts';
import { bearerWebhook } from './systems/webhook.ts';

/** Where everything is, once it is there. */
export interface SandboxAddresses {
  /** The page. */
  readonly url: string;
  /** For `SLACK_API_URL`, with the final slash that Slack's SDK wants. */
  readonly slackApiUrl: string;
  /** For `AWS_ENDPOINT_URL`. */
  readonly awsEndpointUrl: string;
  readonly awsRegion: string;
  readonly topicArns: readonly string[];
  /** For `MAIL_TOPIC_ARN`, `CALL_TOPIC_ARN` and `OPERATORS_TOPIC_ARN`. */
  readonly pagingTopics: PagingTopics;
  /** How far the sandbox's clock is ahead of the machine's at the start, in ms. */
  readonly aheadMs: number;
  /** For `SNS_CERT_DIR`. */
  readonly certDir: string;
}

export interface Sandbox extends SandboxAddresses {
  close(): Promise<void>;
}

/**
 * Starts Slack, AWS and the page on one port. `follow` tells the bot of a clock that a person moves, see `ClockOptions`.
 * @throws Error with a sentence for the person who started it when the port is taken
 */
export async function startSandbox(
  options: SandboxOptions,
  follow?: (ahead: number) => Promise<void>,
): Promise<Sandbox> {
  const certDir = resolve(options.dataDir, 'sns-certs');
  await rm(certDir, { recursive: true, force: true });
  const clock = createSandboxClock({
    file: resolve(options.dataDir, 'clock.json'),
    ...(options.isClockMovable && follow !== undefined ? { follow } : {}),
  });
  const { now } = clock;
  const workspace = await demoWorkspace();
  const outside = createOutside({ people: subscribersOf(workspace), clock, hookSecret: options.hookSecret ?? '' });
  const alarms = options.systems ? { alarms: alarmsOfSystems } : {};
  const aws = await createAws({ certDir, now, ...outside.aws.options, ...alarms });
  const pagingTopics = outside.aws.addTopics(aws.sns);
  const parts = { options, workspace, outside, aws, now };
  const { url, close } = await serve(parts);

  return {
    url: `${url}/`,
    slackApiUrl: `${url}/slack/api/`,
    awsEndpointUrl: `${url}/aws/`,
    awsRegion: aws.region,
    topicArns: aws.topicArns,
    pagingTopics,
    aheadMs: clock.ahead(),
    certDir,
    close,
  };
}

interface Parts {
  readonly options: SandboxOptions;
  readonly workspace: Seed;
  readonly outside: Outside;
  readonly aws: Aws;
  readonly now: () => number;
}

/** Puts everything behind one port; answers its address without a slash at the end. */
async function serve({ options, workspace, outside, aws, now }: Parts) {
  const { host, webhookUrl, eventsUrl, rateLimits } = options;
  const app = fastify({ forceCloseConnections: true });
  let url = '';
  const slack = createSlack({
    ...workspace,
    ...SANDBOX_APP,
    now,
    publicUrl: () => `${url}/slack`,
    rateLimits,
    ...(eventsUrl === null ? {} : { eventsUrl }),
  });

  await app.register(slack.routes, { prefix: '/slack' });
  await app.register(aws.routes, { prefix: '/aws' });
  await app.register(outside.routes);
  const systems = options.systems
    ? await startSystems({ aws, now, base: () => url, ...webhooks(webhookUrl, options.systems) })
    : null;
  if (systems !== null) await app.register(async (inner) => systems.routes(inner));
  await app.register(slack.pageRoutes(aws.alarms, systems, outside));
  if (options.page) serveStatic(app, buildPage());
  slack.attachSocketMode(app.server);
  url = await listen(app, host, options.port);
  outside.aws.subscribe(url);
  const { sns, topicArns } = aws;
  const stopSubscribing = webhookUrl === null ? () => undefined : keepSubscribed({ sns, topicArns, webhookUrl });

  return {
    url,
    close: async () => {
      stopSubscribing();
      outside.close();
      await systems?.close();
      slack.close();
      await app.close();
      await aws.close();
    },
  };
}

/** The other webhooks are beside the one of SNS. */
function webhooks(
  webhookUrl: string | null,
  { alertmanagerToken, eventsToken }: NonNullable<SandboxOptions['systems']>,
): Pick<SystemsOptions, 'alertmanagerWebhook' | 'eventsWebhook'> {
  const beside = (path: string): string | null => (webhookUrl === null ? null : new URL(path, webhookUrl).href);
  return {
    alertmanagerWebhook: bearerWebhook(beside('/webhooks/alertmanager'), alertmanagerToken),
    eventsWebhook: bearerWebhook(beside('/webhooks/events'), eventsToken),
  };
}

/** The bundler is loaded only now, so that everything else is up before the page is. */
async function buildPage(): Promise<string> {
  const page = await import('./page/build.ts');
  return page.buildPage();
}

async function listen(app: ReturnType<typeof fastify>, host: string, wanted: number | null): Promise<string> {
  const port = wanted ?? (await usualPort(host));
  try {
    return await app.listen({ host, port });
  } catch (error) {
    if (!isTaken(error)) throw error;
    throw new Error(`Port ${port} is taken: set SANDBOX_PORT to a free one, or leave it out.`, { cause: error });
  }
}
