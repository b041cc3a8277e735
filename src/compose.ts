import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { registerHandlers } from '../handlers/index.ts';
import { createActions } from './actions/actions.ts';
import { createAsk } from './app/ask.ts';
import { createDeclare } from './app/declare.ts';
import { createDispatch } from './app/dispatch.ts';
import { createIngest } from './app/ingest.ts';
import { createIntakeLoop } from './app/intake-loop.ts';
import { createMeasure } from './app/measure.ts';
import { createSignals } from './app/signals.ts';
import { createSweep } from './app/sweep.ts';
import { createAudit } from './audit/audit.ts';
import { createPublish } from './audit/publish.ts';
import { type AwsClients, createAwsClients } from './aws/clients.ts';
import type { Env } from './config/env.ts';
import type { Variables } from './config/variables.ts';
import type { Lane } from './domain/effects.ts';
import type { Incident } from './domain/incident.ts';
import type { Service } from './domain/service.ts';
import { createEvidence } from './evidence/evidence.ts';
import { createMetrics } from './http/metrics.ts';
import { createReadiness } from './http/readiness.ts';
import { createServer } from './http/server.ts';
import { snsWebhook } from './http/sns-webhook.ts';
import { createWebhooks } from './http/webhooks.ts';
import { createPaging } from './paging/paging.ts';
import { createGuardedFetch } from './probes/guarded-fetch.ts';
import { createProbes } from './probes/probes.ts';
import { createFeeds } from './reconcile/feeds.ts';
import { createOnCallDesk } from './rotas/desk.ts';
import { createDesk } from './slack/desk.ts';
import { parseTopicArn } from './sources/aws-arn.ts';
import { confirmSubscription } from './sources/confirm-subscription.ts';
import { createCertificateSource } from './sources/sns-certificate.ts';
import { createSnsVerifier } from './sources/sns-verifier.ts';
import { createStats } from './stats/report.ts';
import { createChangeLog } from './store/changes.ts';
import { connect } from './store/connection.ts';
import { translated } from './store/errors.ts';
import { createEvidenceStore } from './store/evidence.ts';
import { createInbox } from './store/inbox.ts';
import { createIncidentStore } from './store/incident-store.ts';
import { createKeys } from './store/keys.ts';
import { createSignalStore } from './store/signals.ts';

export interface Tocsin {
  /** Takes alarms from now on; Slack may come later. Answers the address of the webhooks. */
  start(): Promise<string>;
  /** Orderly: first nothing new comes in, then what has come in is finished, then the connections end. */
  stop(): Promise<void>;
  /** Tells operators in Slack, once an hour for one cause. Rejects when Redis is away. */
  tellOperators(cause: string, text: string): Promise<void>;
}

export interface ComposeOptions {
  readonly env: Env;
  readonly services: () => readonly Service[];
  /** What `${NAME}` in service files stands for. */
  readonly variables?: Variables;
  readonly log: Logger;
  readonly now?: () => number;
  /** Clients of AWS; without them those that the SDK's own variables describe. */
  readonly aws?: AwsClients;
  /** Those that change things; without them the same with the rights of `ACT_ROLE_ARN`. */
  readonly acting?: AwsClients;
}

/** The only place where things are made and joined. */
export async function compose({
  env,
  services,
  variables = {},
  log,
  now = Date.now,
  aws = createAwsClients(),
  acting = createAwsClients({ once: true, ...(env.ACT_ROLE_ARN && { role: env.ACT_ROLE_ARN }) }),
}: ComposeOptions): Promise<Tocsin> {
  const redis = await connect(env.REDIS_URL, log);
  const blocking = await connect(env.REDIS_URL, log, 'blocking');
  const keys = createKeys(env.DEPLOYMENT);
  const store = translated(createIncidentStore(redis, keys, now));
  const changes = translated(createChangeLog(redis, keys, now));
  const evidence = translated(createEvidenceStore(redis, keys));
  const guardedFetch = createGuardedFetch();
  const probes = createProbes({ aws, fetch: guardedFetch, now, region: env.AWS_REGION ?? '' });
  const inbox = translated(createInbox(redis, keys, `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`));

  const signals = createSignals({
    store: translated(createSignalStore(redis, keys)),
    services,
    probes,
    accept: inbox.accept,
    now,
  });

  const poke = (incident: Incident, lane: Lane) => {
    paging.poke(incident, lane);
    acts.poke(incident);
    desk.deliverer.poke();
  };
  const dispatch = createDispatch({ store, now, poke });
  const ingest = createIngest({ store, now, services, poke });
  const withoutCard = async () =>
    sum(await Promise.all((await redis.smembers(keys.channels)).map((channel) => redis.zcard(keys.unposted(channel)))));
  const metrics = createMetrics({
    audit: () => audit.report(),
    openIncidents: () => store.openCount(),
    inboxBacklog: () => inbox.backlog(),
    withoutCard,
    sweepLagSeconds: () => sweep.lagSeconds(),
  });
  const desk = createDesk({
    ...{ env, redis, keys, store, dispatch, services, metrics, now, log },
    actions: {
      offered: (incident) => acts.actions.offered(incident),
      serving: (service) => acts.actions.serving(service),
    },
  });
  const ask = createAsk({ probes, services, now });
  const lookUp = createEvidence({
    ...{ redis, keys, store, evidence, changes, probes, aws, dispatch, services, withoutCard, now, log },
    measure: createMeasure({ store, dispatch, services, ask, now, log }),
    upload: desk.images.upload,
  });

  const onCall = createOnCallDesk({
    ...{ redis, keys, services, now, log, userGroups: desk.userGroups, fetch: guardedFetch },
    ...{ tellHandOff: desk.onCallMessages.tellHandOff, tellGap: desk.onCallMessages.tellGap },
    tellOperators: (cause, text) => notifyOperators(cause, text),
  });
  const paging = createPaging({
    ...{ env, variables, redis, keys, aws, fetch: guardedFetch, store, dispatch, services, now, log },
    ...desk.forPages,
    onCall: onCall.onCall,
    counted: metrics.pages.counted,
  });

  const acts = createActions({
    ...{ env, variables, redis, keys, store, dispatch, services, aws, acting, probes, now, log },
    fetch: guardedFetch,
    authorize: desk.handlerDeps.authorize,
    ...desk.forPages,
    onCall: onCall.onCall,
  });

  const notifyOperators = async (cause: string, text: string) => {
    log.warn({ cause, text }, 'operators are told');
    await desk.notices.tell(cause, text);
  };
  const feeds = createFeeds({
    ...{ env, redis, keys, aws, store, signals, services, metrics, notifyOperators, now, log },
    ...{ accept: inbox.accept, record: changes.record, confirm: confirmSubscription },
  });
  const operators = env.OPERATORS_TOPIC_ARN ? parseTopicArn(env.OPERATORS_TOPIC_ARN) : null;
  const audit = createAudit({
    ...{ redis, keys, store, ready: () => ready(), slack: () => desk.reception.state(), tellSlack: desk.notices.tell },
    slackSilentSince: desk.silentSince,
    publish: operators && createPublish(aws, operators, env.DEPLOYMENT),
    heartbeatUrl: env.HEARTBEAT_URL ?? null,
    counted: (kind) => metrics.auditFindings.inc({ kind }),
    steady: () => performance.now(),
    ...{ fetch, now, log },
  });
  const intake = createIntakeLoop({
    ingest: async (alerts) => {
      await ingest(alerts);
      await feeds.passed(alerts);
      for (const { state } of alerts) metrics.alarms.inc({ state });
    },
    inbox: {
      done: inbox.done,
      async setAside(entry, reason) {
        metrics.setAside.inc();
        await inbox.setAside(entry, reason);
      },
    },
    read: (limit) => inbox.read(blocking, limit),
    abandoned: (limit) => inbox.takeOver(limit),
    log,
    notifyOperators,
  });
  const sweep = createSweep({
    store,
    dispatch,
    now,
    log,
    chores: [
      { name: 'left-over messages', run: intake.takeOver },
      { name: 'signals', run: signals.tend },
      ...desk.chores,
      ...lookUp.chores,
      ...feeds.chores,
      ...onCall.chores,
      ...audit.chores,
      ...acts.chores,
    ],
  });
  const ready = createReadiness({
    pingRedis: () => redis.ping(),
    slack: () => desk.reception.state(),
    sweepLagSeconds: () => sweep.lagSeconds(),
    inboxBacklog: () => inbox.backlog(),
    noticesWaiting: () => desk.notices.waiting(),
    withoutCard,
    missingScopes: desk.missingScopes,
    sourceTrouble: feeds.trouble,
    audit: () => audit.rows(),
    now,
  });

  const stats = createStats({ redis, prefix: keys.prefix, now });
  registerHandlers(desk.reception.app, {
    ...desk.handlerDeps,
    dispatch,
    store,
    services,
    now,
    log,
    declare: createDeclare({ store, services, now, poke }),
    report: (query) => stats.report(query),
    ask,
    snapshots: (id) => evidence.snapshots(id),
    health: ready,
    onCall: onCall.onCall,
    contacts: paging.contacts,
    actions: acts.actions,
    publicUrl: env.PUBLIC_URL ?? null,
    newId: () => randomUUID().slice(0, 8),
  });

  const sns = snsWebhook({
    verifier: createSnsVerifier({
      topics: new Set(env.SNS_TOPIC_ARNS),
      certificates: createCertificateSource({ now, fetch, ...(env.SNS_CERT_DIR && { pinnedDir: env.SNS_CERT_DIR }) }),
      now,
    }),
    accept: (messageId, alerts) => inbox.accept(messageId, alerts),
    record: changes.record,
    confirm: confirmSubscription,
    notifyOperators: (text) => notifyOperators(`sns: ${text.slice(0, 80)}`, text),
    now,
    log,
    count: (outcome) => metrics.webhooks.inc({ source: 'sns', outcome }),
  });
  const webhooks = createWebhooks({
    env,
    accept: inbox.accept,
    record: changes.record,
    heard: signals.heard,
    notifyOperators,
    now,
    log,
    count: (labels) => metrics.webhooks.inc(labels),
  });
  const server = createServer({
    plugins: [sns, ...webhooks, onCall.plugin, ...(desk.reception.plugin ? [desk.reception.plugin] : [])],
    ready,
    metrics,
  });

  return {
    async start() {
      await inbox.open();
      intake.start();
      desk.start();
      paging.start();
      acts.start();
      sweep.start();
      feeds.start();
      return await server.listen({ host: env.HOST, port: env.PORT });
    },
    async stop() {
      await close(server, log);
      await desk.reception.stop();
      await feeds.stop();
      await Promise.all([intake.stop(), sweep.stop()]);
      await lookUp.stop();
      await Promise.all([paging.stop(), acts.stop()]);
      await desk.deliverer.stop();
      redis.disconnect();
      blocking.disconnect();
    },
    tellOperators: notifyOperators,
  };
}

async function close(server: FastifyInstance, log: Logger): Promise<void> {
  await server.close().catch((error: unknown) => log.warn({ err: error }, 'the server did not close cleanly'));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
