import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { HandlerDeps } from '../../handlers/deps.ts';
import type { Actions } from '../app/actions.ts';
import type { Dispatch } from '../app/dispatch.ts';
import type { IncidentStore } from '../app/store.ts';
import type { Env } from '../config/env.ts';
import { runbookOf } from '../domain/checklist.ts';
import type { Service } from '../domain/service.ts';
import type { Metrics } from '../http/metrics.ts';
import type { PagingDeps } from '../paging/paging.ts';
import { createUserGroups, type UserGroups } from '../rotas/user-groups.ts';
import { translated } from '../store/errors.ts';
import type { Keys } from '../store/keys.ts';
import { createOnCallLetters } from '../store/on-call-letters.ts';
import { createAnswering } from './answering.ts';
import { createAuthorize } from './authorize.ts';
import { type CardMemory, createCardMemory } from './card-memory.ts';
import { createSlackClients } from './clients.ts';
import { createDeliverer, type Deliverer } from './deliver.ts';
import { createDrafts } from './drafts.ts';
import { createDue } from './due.ts';
import { fromSlack, mendOf } from './errors.ts';
import { createImages, type Images } from './images.ts';
import { createGroupMembers, createPermalinks } from './lookups.ts';
import { createNotices, type Notices } from './notices.ts';
import { createOnCallMemory } from './on-call-memory.ts';
import { createOnCallMessages, type OnCallPost } from './on-call-messages.ts';
import { createOnce } from './once.ts';
import { createOpenViews } from './open-views.ts';
import { createPace } from './pace.ts';
import type { PostingDeps } from './posting.ts';
import { createReception, type Reception } from './reception.ts';
import { type Identity, type Scope, whoAmI } from './scopes.ts';
import { serve } from './serve.ts';
import { tendStorms } from './storm.ts';

export interface DeskDeps {
  readonly env: Env;
  readonly redis: Redis;
  readonly keys: Keys;
  readonly store: IncidentStore;
  readonly dispatch: Dispatch;
  readonly services: () => readonly Service[];
  /** What can be done about incidents, as cards and messages show it. */
  readonly actions: Pick<Actions, 'offered' | 'serving'>;
  readonly metrics: Metrics;
  readonly now: () => number;
  readonly log: Logger;
}

/** Everything that touches Slack, joined. */
export interface Desk {
  readonly reception: Reception;
  /** Since when Slack has answered nothing, epoch ms; `null`: it answers, or was asked nothing. */
  readonly silentSince: () => number | null;
  readonly deliverer: Deliverer;
  readonly notices: Notices;
  readonly images: Images;
  /** What pages are sent by, and what they lead to. */
  readonly forPages: Pick<PagingDeps, 'slack' | 'permalink' | 'groupMembers' | 'onBlind'> & {
    readonly cards: CardMemory;
  };
  readonly onCallMessages: OnCallPost;
  readonly userGroups: UserGroups;
  readonly chores: readonly { readonly name: string; readonly run: () => Promise<void> }[];
  readonly handlerDeps: Pick<
    HandlerDeps,
    'authorize' | 'incidentOfMessage' | 'permalink' | 'onCallMessages' | 'drafts' | 'isFirst' | 'openViews' | 'counted'
  >;
  /** `null` while Slack has not told what is granted. */
  readonly missingScopes: () => Identity['missing'] | null;
  /** Connects, and keeps trying while Slack is away or refuses us. */
  start(): void;
}

const RECONNECT_MS = 5_000;

export function createDesk(deps: DeskDeps): Desk {
  const { env, redis, keys, store, dispatch, services, actions, metrics, now, log } = deps;
  const answering = createAnswering(fetch, now);
  const clients = createSlackClients(
    { token: env.SLACK_BOT_TOKEN, apiUrl: env.SLACK_API_URL, fetch: answering.fetch },
    log,
  );
  let identity: Identity | null = null;
  const fallbackChannel = () => (services().find(({ fallback }) => fallback) ?? services()[0])?.channel ?? null;

  const posting: PostingDeps = { redis, client: clients.outbox, now, log, onBlind: () => metrics.blindPosts.inc() };
  const due = translated(createDue(redis, keys));
  const pace = createPace(redis, keys, now, env.SLACK_PACE === 'on');
  const cards = createCardMemory(redis, keys);
  const notices = translated(createNotices({ ...posting, keys, due, pace, channel: fallbackChannel }));
  const isMissing = (scope: Scope) => identity?.missing.some((one) => one.scope === scope) ?? false;
  const tellBroken = (channel: string, code: string) =>
    notices.tell(
      `slack ${code} ${channel}`,
      `Cards cannot be posted${channel ? ` to <#${channel}>` : ''}. ${mendOf(code)}`,
    );
  const groupMembers = createGroupMembers(clients.interactive);
  const permalink = createPermalinks({ client: clients.interactive, redis, keys, cards, log });
  const onCallMessages = createOnCallMessages({
    ...{ ...posting, store, services, pace, fallbackChannel },
    memory: translated(createOnCallMemory(redis, keys)),
    messageKey: keys.onCallMessage,
    handed: translated(createOnCallLetters(redis, keys)).handed,
    onBrokenChannel: tellBroken,
    serving: actions.serving,
  });
  const images = translated(createImages({ client: clients.outbox, fetch, redis, keys, isMissing, log }));
  const deliverer = createDeliverer({
    due,
    now,
    log,
    channelOf: async (id) => (await store.load(id))?.channel ?? null,
    serve: (id, lane) =>
      serve(
        {
          ...posting,
          store,
          dispatch,
          cards,
          pace,
          fallbackChannel,
          images,
          runbookOf: (incident) => runbookOf(incident, services()),
          remediesOf: async (incident) => ({
            offered: actions.offered(incident),
            serving: await actions.serving(incident.service),
          }),
          cardKey: keys.card,
          onBrokenChannel: tellBroken,
          onPosted: ({ milestones }, at) =>
            metrics.cardSeconds.observe(Math.max(0, at - milestones.receivedAt) / 1_000),
        },
        id,
        lane,
      ),
  });
  const reception = createReception({
    token: env.SLACK_BOT_TOKEN,
    apiUrl: env.SLACK_API_URL,
    appToken: env.SLACK_APP_TOKEN,
    signingSecret: env.SLACK_SIGNING_SECRET,
    botUserId: () => identity?.botUserId,
    now,
    log,
  });

  async function introduce(): Promise<void> {
    identity = await whoAmI(clients.interactive);
    log.info({ team: identity.team }, 'Slack knows us');
    for (const { scope, without } of identity.missing) {
      log.warn({ scope, without }, 'a Slack permission is missing, its feature is off');
    }
  }

  /** Neither is a reason for the other to wait: alarms and cards need no connection, and clicks need no name. */
  function keepTrying(what: string, attempt: () => Promise<void>): void {
    attempt().catch((error: unknown) => {
      log.error({ err: fromSlack(error), what }, 'Slack cannot be reached yet: alarms are kept, and it is tried again');
      setTimeout(keepTrying, RECONNECT_MS, what, attempt).unref();
    });
  }

  return {
    reception,
    silentSince: answering.silentSince,
    deliverer,
    notices,
    images,
    forPages: { slack: clients.pages, cards, permalink, groupMembers, onBlind: posting.onBlind },
    onCallMessages,
    userGroups: createUserGroups(clients.outbox),
    chores: [
      { name: 'messages about who is on call', run: () => onCallMessages.deliver() },
      { name: 'storms', run: () => tendStorms({ ...posting, keys, due, pace, store }) },
      { name: 'notices', run: () => notices.deliver() },
    ],
    handlerDeps: {
      authorize: createAuthorize({ services, groupMembers, now }),
      incidentOfMessage: cards.incidentOf,
      permalink,
      onCallMessages,
      drafts: translated(createDrafts({ redis, prefix: keys.prefix, newId: () => crypto.randomUUID() })),
      isFirst: createOnce(redis, keys),
      openViews: translated(createOpenViews({ redis, prefix: keys.prefix, now })),
      counted(kind, outcome, ackMs) {
        metrics.interactions.inc({ kind, outcome });
        metrics.ackSeconds.observe(ackMs / 1_000);
      },
    },
    missingScopes: () => (identity?.granted ? identity.missing : null),
    start() {
      deliverer.start();
      keepTrying('who we are', introduce);
      keepTrying('connection', () => reception.start());
    },
  };
}
