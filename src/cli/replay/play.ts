import type { KnownBlock } from '@slack/types';
import { incidentCard } from '../../../blocks/incident-card.ts';
import { createIngest } from '../../app/ingest.ts';
import type { IncidentStore } from '../../app/store.ts';
import type { Alert } from '../../domain/alert.ts';
import { globMatches } from '../../domain/glob.ts';
import type { Incident, IncidentEvent } from '../../domain/incident.ts';
import { type Judgement, judge } from '../../domain/judge.ts';
import { type Route, route } from '../../domain/route.ts';
import type { Service } from '../../domain/service.ts';
import { startRedisServer } from '../../local/redis-server.ts';
import { newsFromNotification } from '../../sources/sns-message.ts';
import type { VerifiedNotification } from '../../sources/sns-verifier.ts';
import { connect } from '../../store/connection.ts';
import { createIncidentStore } from '../../store/incident-store.ts';
import { createKeys } from '../../store/keys.ts';

/** One alert, who decided about it, and what it belongs to now (`null`: nothing). */
export interface PlayedAlert {
  readonly alert: Alert;
  readonly route: Route;
  /** The rule of the service file; `null` when none matched and the alarm fell to the service for all others. */
  readonly rule: { readonly index: number; readonly id: string; readonly pattern: string } | null;
  /** By the values that the alarm itself brings: a replay asks nobody. */
  readonly judgement: Judgement;
  readonly incident: string | null;
}

export interface PlayedIncident {
  readonly incident: Incident;
  readonly events: readonly IncidentEvent[];
  readonly card: { readonly text: string; readonly blocks: readonly KnownBlock[] };
}

export interface Played {
  readonly alerts: readonly PlayedAlert[];
  readonly incidents: readonly PlayedIncident[];
}

const MANY = 10_000;

/**
 * Takes messages through the code that runs in production, on a Redis that is thrown away. Each is taken in at the moment
 * when it was published, so that a recording gives the same every time.
 */
export async function play(
  notifications: readonly VerifiedNotification[],
  services: readonly Service[],
): Promise<Played> {
  const server = await startRedisServer();
  try {
    const redis = await connect(server.url, { warn: () => undefined });
    let at = 0;
    const now = () => at;
    const store = createIncidentStore(redis, createKeys('replay'), now);
    const ingest = createIngest({ store, now, services: () => services, poke: () => undefined });
    const alerts: PlayedAlert[] = [];
    for (const notification of notifications) {
      at = Math.max(at, notification.publishedAt);
      const found = newsFromNotification(notification, at).alerts;
      await ingest(found);
      alerts.push(...(await Promise.all(found.map((alert) => withRoute(store, alert, services, at)))));
    }
    const incidents = await incidentsOf(store, at);
    redis.disconnect();
    return { alerts, incidents };
  } finally {
    await server.stop();
  }
}

async function withRoute(
  store: IncidentStore,
  alert: Alert,
  services: readonly Service[],
  at: number,
): Promise<PlayedAlert> {
  const chosen = route(alert, services);
  const known = await store.known([alert.key]);
  return {
    alert,
    route: chosen,
    rule: ruleOf(chosen, alert.name),
    judgement: judge(alert, chosen, at),
    incident: known.get(alert.key)?.incident ?? null,
  };
}

function ruleOf({ service, rule }: Route, name: string): PlayedAlert['rule'] {
  const pattern = rule?.match.find((one) => globMatches(one, name));
  return rule && pattern !== undefined ? { index: service.rules.indexOf(rule), id: rule.id, pattern } : null;
}

async function incidentsOf(store: IncidentStore, at: number): Promise<PlayedIncident[]> {
  const ids = await store.history(0, at, MANY);
  const incidents = await store.loadMany(ids.toReversed());
  return await Promise.all(
    incidents.map(async (incident) => ({
      incident,
      events: await store.events(incident.id),
      card: incidentCard(incident, at),
    })),
  );
}
