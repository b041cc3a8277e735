import type { WebClient } from '@slack/web-api';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { toldMessage } from '../../blocks/page-message.ts';
import type { Contacts } from '../app/contacts.ts';
import type { Dispatch } from '../app/dispatch.ts';
import { TransientError } from '../app/errors.ts';
import type { OnCall } from '../app/on-call.ts';
import type { LeftBehind, Sent } from '../app/page-way.ts';
import type { IncidentStore } from '../app/store.ts';
import type { AwsClients } from '../aws/clients.ts';
import type { Env } from '../config/env.ts';
import type { Variables } from '../config/variables.ts';
import type { Lane } from '../domain/effects.ts';
import type { Incident } from '../domain/incident.ts';
import type { Service } from '../domain/service.ts';
import type { CardMemory } from '../slack/card-memory.ts';
import { createDueQueue, type DueQueue } from '../store/due-queue.ts';
import { translated } from '../store/errors.ts';
import type { Keys } from '../store/keys.ts';
import { createContacts } from './contacts.ts';
import { createDeliveries, type DeliveriesDeps } from './deliveries.ts';
import { createLetters } from './letters.ts';
import { createNews, type NewsDeps } from './news.ts';
import { createRunner, type Runner, type RunnerDeps } from './runner.ts';
import { notSent } from './slack-message.ts';
import { createDirectMessage, createMention, createPost, type SlackWaysDeps } from './slack-ways.ts';
import { createTokens } from './tokens.ts';
import { createTold } from './told.ts';
import { createCallWay } from './ways/call.ts';
import { linkOf } from './ways/card-link.ts';
import { createMailWay } from './ways/mail.ts';
import { createPagerDutyWay } from './ways/pagerduty.ts';
import { createSmsWay } from './ways/sms.ts';
import { createSnsWay } from './ways/sns.ts';
import { createTextMessages } from './ways/text-message.ts';
import { createWebhookWay } from './ways/webhook.ts';

export interface PagingDeps {
  readonly env: Env;
  /** What `${NAME}` in service files stands for: read when a page is sent, so that no secret is frozen into an incident. */
  readonly variables: Variables;
  readonly redis: Redis;
  readonly keys: Keys;
  readonly aws: AwsClients;
  /** Does not connect to where clouds keep credentials. */
  readonly fetch: typeof fetch;
  readonly slack: WebClient;
  readonly cards: Pick<CardMemory, 'load'>;
  readonly permalink: (incident: Incident) => Promise<string | null>;
  readonly groupMembers: SlackWaysDeps['groupMembers'];
  readonly onBlind: SlackWaysDeps['onBlind'];
  readonly onCall: Pick<OnCall, 'who'>;
  readonly store: IncidentStore;
  readonly dispatch: Dispatch;
  readonly services: () => readonly Service[];
  readonly counted: DeliveriesDeps['counted'];
  readonly now: () => number;
  readonly log: Logger;
}

/** Everything that tells people, joined: pages, letters, and what becomes of those who were told. */
export interface Paging {
  readonly contacts: Contacts;
  start(): void;
  /** An incident has changed: what it tells people is looked at at once. May be lost. */
  poke(incident: Incident, lane: Lane): void;
  /** Ends what is under way, or leaves it to others. */
  stop(): Promise<void>;
}

/** How often to look without being told, in ms: a page is late by no more, a letter may be. */
const PAGES_LOOK_MS = 200;
const OTHERS_LOOK_MS = 1_000;

export function createPaging(deps: PagingDeps): Paging {
  const { redis, keys, now, log } = deps;
  const told = translated(createTold(redis, keys, now));
  const { senders, contacts, tell } = createWays(deps);
  const slackDeps = { redis, keys, client: deps.slack, now, log, onBlind: deps.onBlind };
  const runnerOf = (name: string, key: string, lookMs: number, serve: (queue: DueQueue) => RunnerDeps['serve']) => {
    const queue = translated(createDueQueue(redis, keys, key));
    return createRunner({ name, queue, serve: serve(queue), lookMs, now, log });
  };
  const pages = runnerOf('pages', keys.duePages, PAGES_LOOK_MS, (queue) =>
    createDeliveries({
      ...{ ...deps, queue, senders, told, tokens: createTokens(now) },
      permalink: async (incident) => await linkOf(deps.permalink, incident),
    }),
  );
  const letters = runnerOf('letters', keys.dueLetters, OTHERS_LOOK_MS, (queue) =>
    createLetters({ ...slackDeps, store: deps.store, queue, permalink: deps.permalink }),
  );
  const news = runnerOf('news', keys.dueNews, OTHERS_LOOK_MS, (queue) =>
    createNews({ store: deps.store, queue, told, tell, now, log }),
  );
  const runners: readonly Runner[] = [pages, letters, news];
  return {
    contacts,
    start() {
      for (const runner of runners) runner.start();
    },
    poke({ escalation }, lane) {
      if (escalation && escalation.state.pages.length > 0) pages.poke();
      if (lane === 'people') for (const runner of [letters, news]) runner.poke();
    },
    stop: async () => void (await Promise.all(runners.map((runner) => runner.stop()))),
  };
}

interface Ways {
  readonly senders: DeliveriesDeps['senders'];
  readonly contacts: Contacts;
  readonly tell: NewsDeps['tell'];
}

function createWays(deps: PagingDeps): Ways {
  const { env, variables, redis, keys, aws, slack, now, log } = deps;
  const permalink = async (incident: Incident) => await linkOf(deps.permalink, incident);
  const slackWays: SlackWaysDeps = { ...deps, client: slack, permalink, events: deps.store.events };
  const messages = createTextMessages(aws, env.AWS_REGION ?? null);
  const contacts = translated(createContacts({ redis, keys, messages, now, log }));
  const pagerduty = createPagerDutyWay({ fetch: deps.fetch, url: env.PAGERDUTY_EVENTS_URL, variables, permalink, log });
  const webhook = createWebhookWay({
    ...{ fetch: deps.fetch, variables, permalink, now, log },
    secret: env.PAGE_WEBHOOK_SECRET ?? null,
  });
  return {
    contacts,
    senders: {
      dm: createDirectMessage(slackWays),
      mention: createMention(slackWays),
      post: createPost(slackWays),
      sms: createSmsWay({ messages, contacts, log }),
      mail: createMailWay({ topicArn: env.MAIL_TOPIC_ARN ?? null, aws, log, permalink }),
      call: createCallWay({ topicArn: env.CALL_TOPIC_ARN ?? null, aws, log }),
      sns: createSnsWay({ aws, variables, permalink, log }),
      pagerduty,
      webhook,
    },
    tell: {
      message: (left, incidents) => edit(slack, left, incidents, now),
      pagerduty: async (left, _, news) => {
        if (news === 'waiting') return 'told'; // whoever is told again is told by an alert of its own
        return outcome(await pagerduty.tellPagerDuty(left, news === 'over' ? 'resolve' : 'acknowledge'));
      },
      webhook: async (left, [incident], news) => {
        if (!incident) return 'gone';
        return outcome(await webhook.tellWebhook(left, WEBHOOK_NEWS[news], incident));
      },
    },
  };
}

const WEBHOOK_NEWS = { waiting: 'unacknowledged', taken: 'acknowledged', over: 'resolved' } as const;

async function edit(
  slack: WebClient,
  { channel, ts, incidents: all }: Extract<LeftBehind, { kind: 'message' }>,
  incidents: readonly Incident[],
  now: () => number,
): Promise<'told' | 'gone'> {
  const { text, blocks } = toldMessage(incidents, now(), all.length - incidents.length);
  try {
    await slack.chat.update({ channel, ts, text, blocks });
    return 'told';
  } catch (error) {
    const { isUsable, why } = notSent(error);
    if (isUsable) throw new TransientError(why, { cause: error });
    return 'gone';
  }
}

/** What may pass is tried again by whoever asked. */
function outcome(sent: Sent): 'told' | 'gone' {
  if (sent.ok) return 'told';
  if (sent.isUsable) throw new TransientError(sent.why, { cause: null });
  return 'gone';
}
