import { App, SocketModeReceiver } from '@slack/bolt';
import type { FastifyPluginCallback } from 'fastify';
import type { Logger } from 'pino';
import { INTERACTIVE } from './clients.ts';
import { createHttpReceiver } from './http-receiver.ts';
import { slackLogger } from './logger.ts';
import { guardSocket } from './socket-guard.ts';

export interface ReceptionOptions {
  readonly token: string;
  readonly apiUrl: string;
  /** Our own id in the workspace, once Slack has told it. */
  readonly botUserId: () => string | undefined;
  readonly appToken: string | undefined;
  readonly signingSecret: string | undefined;
  readonly now: () => number;
  readonly log: Logger;
}

export type ReceptionState =
  | { readonly over: 'sockets'; readonly connected: boolean; readonly since: number }
  | { readonly over: 'http'; readonly heardAt: number | null };

/** How Slack reaches us: two Socket Mode connections, or signed HTTP requests. The handlers do not know which. */
export interface Reception {
  readonly app: App;
  /** Routes for the server in HTTP mode. */
  readonly plugin: FastifyPluginCallback | null;
  start(): Promise<void>;
  /** No new work comes in afterwards. */
  stop(): Promise<void>;
  /** Whether Slack can reach us now, and since when (epoch ms); over HTTP only when it last did. */
  state(): ReceptionState;
}

const STOP_WITHIN_MS = 3_000;
/** Slack renews each connection every few hours; two that are renewed at different times leave no gap. */
const STAGGER_MS = 60_000;

export function createReception(options: ReceptionOptions): Reception {
  return options.appToken === undefined ? overHttp(options) : overSockets(options, options.appToken);
}

/** With an `authorize` of our own Bolt makes no call at the start: Tocsin takes alarms in even while Slack is away. */
function boltOptions({ token, apiUrl, botUserId, log }: ReceptionOptions) {
  return {
    authorize: async () => identified(token, botUserId()),
    convoStore: false,
    logger: slackLogger(log),
    clientOptions: { slackApiUrl: apiUrl, ...structuredClone(INTERACTIVE) },
  } as const;
}

function identified(botToken: string, botUserId: string | undefined) {
  return botUserId === undefined ? { botToken } : { botToken, botUserId };
}

function overHttp(options: ReceptionOptions): Reception {
  const { receiver, plugin, heardAt } = createHttpReceiver(options.signingSecret ?? '', options.now);
  const app = new App({ ...boltOptions(options), receiver });
  return {
    app,
    plugin,
    start: async () => {},
    stop: drainOf(app),
    state: () => ({ over: 'http', heardAt: heardAt() }),
  };
}

function overSockets(options: ReceptionOptions, appToken: string): Reception {
  const { apiUrl, log, now } = options;
  const create = () =>
    new SocketModeReceiver({
      appToken,
      logger: slackLogger(log),
      installerOptions: { clientOptions: { slackApiUrl: apiUrl, timeout: 10_000, retryConfig: { retries: 3 } } },
    });
  const receivers = [create(), create()] as const;
  const [first, second] = receivers;
  const app = new App({ ...boltOptions(options), receiver: first });
  second.init(app);
  const drain = drainOf(app);

  const alive = new Set<SocketModeReceiver>();
  let since = now();
  let stagger: NodeJS.Timeout | undefined;
  for (const receiver of receivers) {
    guardSocket(receiver.client, log);
    receiver.client.on('connected', () => {
      if (alive.size === 0) since = now();
      alive.add(receiver);
    });
    receiver.client.on('close', () => {
      if (alive.delete(receiver) && alive.size === 0) since = now();
    });
  }

  return {
    app,
    plugin: null,
    async start() {
      await first.start();
      const startSecond = () =>
        void second.start().catch((error: unknown) => {
          log.warn({ err: error }, 'the second connection to Slack failed, it will be tried again');
          stagger = setTimeout(startSecond, STAGGER_MS).unref();
        });
      stagger = setTimeout(startSecond, STAGGER_MS).unref();
    },
    async stop() {
      clearTimeout(stagger);
      await drain();
      const gone = Promise.allSettled(receivers.map((receiver) => receiver.client.disconnect()));
      const patience = new Promise((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref());
      await Promise.race([gone, patience]);
    },
    state: () => ({ over: 'sockets', connected: alive.size > 0, since }),
  };
}

/** Counts what is being answered; the function waits, with patience, until all of it is. */
function drainOf(app: App): () => Promise<void> {
  let active = 0;
  app.use(async ({ next }) => {
    active++;
    try {
      await next();
    } finally {
      active--;
    }
  });
  return async () => {
    const until = Date.now() + STOP_WITHIN_MS;
    while (active > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  };
}
