import { App, LogLevel } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import fastify from 'fastify';
import type { Slack, SlackOptions } from '../../../sandbox/slack/slack.ts';
import { createSlack } from '../../../sandbox/slack/slack.ts';

export const BOT_TOKEN = 'xoxb-sandbox';
export const APP_TOKEN = 'xapp-sandbox';
export const SIGNING_SECRET = 'sandbox-signing-secret';

const MANIFEST = {
  display_information: { name: 'Tocsin' },
  features: {
    slash_commands: [{ command: '/incident', description: 'Incidents', usage_hint: '[show]', should_escape: true }],
    shortcuts: [
      { name: 'Declare', type: 'global', callback_id: 'declare' },
      { name: 'Add to incident', type: 'message', callback_id: 'add' },
    ],
  },
  oauth_config: {
    scopes: {
      bot: [
        'commands',
        'chat:write',
        'app_mentions:read',
        'channels:manage',
        'channels:read',
        'channels:join',
        'channels:history',
        'groups:write',
        'groups:read',
        'groups:history',
        'im:write',
        'users:read',
        'users:read.email',
        'usergroups:read',
        'usergroups:write',
        'files:write',
        'files:read',
        'pins:write',
        'pins:read',
        'bookmarks:write',
        'bookmarks:read',
        'reactions:write',
      ],
    },
  },
  settings: {
    event_subscriptions: {
      bot_events: ['app_home_opened', 'app_mention', 'message.channels', 'member_joined_channel'],
    },
  },
};

export const ADA = 'U0ADA';
export const BO = 'U0BO';
export const GENERAL = 'C0GENERAL';
export const SECRET = 'C0SECRET';
export const FOREIGN = 'C0FOREIGN';

/** Says nothing: refusals are what these tests are about. */
export const quiet = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

export interface Running {
  readonly slack: Slack;
  /** Where the sandbox listens, without a slash at the end. */
  readonly url: string;
  readonly apiUrl: string;
  client(token?: string): WebClient;
  stop(): Promise<void>;
}

/** A sandbox Slack on a real port. */
export async function startSlack(options: Partial<SlackOptions> = {}): Promise<Running> {
  const server = fastify({ forceCloseConnections: true });
  let url = '';
  const slack = createSlack({
    workspace: 'Acme ML',
    users: [
      { id: ADA, name: 'ada', realName: 'Ada Day', title: 'Data scientist on duty' },
      { id: BO, name: 'bo', realName: 'Bo Lead', title: 'MLOps lead' },
    ],
    channels: [
      { id: GENERAL, name: 'general' },
      { id: SECRET, name: 'secret', isPrivate: true, members: [ADA], withApp: false },
      { id: FOREIGN, name: 'foreign', withApp: false },
    ],
    userGroups: [{ id: 'S0ONCALL', handle: 'oncall', name: 'On call', users: [ADA] }],
    manifest: MANIFEST,
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    signingSecret: SIGNING_SECRET,
    publicUrl: () => `${url}/slack`,
    ...options,
  });
  await server.register(slack.routes, { prefix: '/slack' });
  await server.register(
    slack.pageRoutes({ list: () => [], act: async () => ({ ok: true }), onChange: () => () => {} }),
  );
  slack.attachSocketMode(server.server);
  url = await server.listen({ host: '127.0.0.1', port: 0 });
  const apiUrl = `${url}/slack/api/`;
  return {
    slack,
    url,
    apiUrl,
    client: (token = BOT_TOKEN) =>
      new WebClient(token, {
        logger: quiet,
        slackApiUrl: apiUrl,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
      }),
    async stop() {
      slack.close();
      await server.close();
    },
  };
}

export type BoltApp = App;

/** A real Bolt app over Socket Mode; `register` adds its listeners before it connects. */
export async function startBolt(running: Running, register: (app: BoltApp) => void): Promise<BoltApp> {
  const app = new App({
    token: BOT_TOKEN,
    appToken: APP_TOKEN,
    socketMode: true,
    deferInitialization: true,
    logger: quiet,
    clientOptions: { slackApiUrl: running.apiUrl, retryConfig: { retries: 0 } },
  });
  register(app);
  await app.init();
  await app.start();
  return app;
}

/** Waits until something is there, or fails after two seconds. */
export async function eventually<T>(look: () => T | undefined | null | false): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const seen = look();
    if (seen) return seen;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it never came');
}

/** What a call was refused with: Slack's error code. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return error instanceof Error && 'data' in error
      ? String((error.data as { error?: unknown }).error)
      : String(error);
  }
  return 'it was not refused';
}
