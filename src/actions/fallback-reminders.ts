import type { WebClient } from '@slack/web-api';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { fallbackReminder } from '../../blocks/fallback-reminder.ts';
import type { Serving } from '../app/actions.ts';
import type { OnCall } from '../app/on-call.ts';
import type { IncidentStore } from '../app/store.ts';
import { type Incident, isOver } from '../domain/incident.ts';
import { isUnderWay } from '../domain/run.ts';
import type { CardMemory } from '../slack/card-memory.ts';
import { failureOf } from '../slack/errors.ts';
import { type PostingDeps, postOnce, tryField } from '../slack/posting.ts';
import { metadata } from '../slack/protocol.ts';
import type { Keys } from '../store/keys.ts';
import { script } from '../store/script.ts';
import type { Alone } from './lease.ts';

export interface RemindersDeps {
  readonly redis: Redis;
  readonly keys: Pick<Keys, 'fallbacks' | 'card'>;
  readonly slack: WebClient;
  readonly cards: Pick<CardMemory, 'load'>;
  readonly onBlind: PostingDeps['onBlind'];
  readonly store: Pick<IncidentStore, 'load'>;
  readonly onCall: Pick<OnCall, 'standing'>;
  readonly alone: Alone;
  readonly now: () => number;
  readonly log: Logger;
}

const MENTIONED = 3;
/** What Slack does not take is tried again after so long. */
const AGAIN_MS = 60_000;

/**
 * For the sweep: as long as a fallback serves, somebody is asked every now and then whether to switch back. Nothing is ever switched
 * back because time has passed. Each time is told once, whoever crashes meanwhile; what was missed is told once as well, not as often
 * as it was missed.
 */
export function createFallbackReminders(deps: RemindersDeps): () => Promise<void> {
  const { redis, keys, store, now, log } = deps;
  const reminded = script(redis, new URL('./fallback-reminded.lua', import.meta.url));
  let restUntil = 0;

  async function remind(field: string, json: string): Promise<void> {
    const serving = JSON.parse(json) as Serving; // written by fallbacks.ts and below
    if (serving.remindAt > now()) return;
    const incident = await store.load(serving.incident);
    const name = nameOf(serving);
    if (incident && !isGoingBack(serving, incident)) await tell(deps, serving, incident, name).catch(refused);
    const next = JSON.stringify({ ...serving, remindAt: nextAfter(serving, now()) });
    await reminded(2, keys.fallbacks, keys.card(serving.incident), field, json, next, tryField(name));
  }

  /** What Slack will never take is not tried again before the next time. */
  function refused(error: unknown): void {
    const kind = failureOf(error)?.kind;
    if (kind === undefined || kind === 'wait' || kind === 'unclear') throw error;
    log.error({ err: error }, 'Slack refuses the reminder of a fallback');
  }

  async function round(): Promise<void> {
    for (const [field, json] of Object.entries(await redis.hgetall(keys.fallbacks))) {
      await remind(field, json).catch((error: unknown) => {
        if (failureOf(error) === null) throw error;
        restUntil = now() + AGAIN_MS;
        log.warn({ err: error, fallback: field }, 'nobody could be reminded of a fallback, it will be tried again');
      });
    }
  }

  return async () => {
    const waitMs = restUntil - now();
    if (waitMs > 0 && waitMs <= AGAIN_MS) return; // longer: the clock was put back
    if ((await redis.hlen(keys.fallbacks)) > 0) await deps.alone('fallback-reminders', round);
  };
}

/** Names the very reminder of this time: it is found again in Slack when its answer was lost. */
function nameOf({ service, environment, action, run, remindAt }: Serving): string {
  return `fallback ${service}/${environment}/${action} ${run} ${remindAt}`;
}

function isGoingBack({ back }: Serving, { runs }: Incident): boolean {
  return runs.some((run) => run.plan.action === back && isUnderWay(run));
}

/** The first time of its rhythm that is still to come. */
function nextAfter({ remindAt, remindMs }: Serving, now: number): number {
  const missed = Math.floor((now - remindAt) / remindMs);
  return remindAt + (missed + 1) * remindMs;
}

async function tell(deps: RemindersDeps, serving: Serving, incident: Incident, name: string): Promise<void> {
  const { redis, keys, slack, cards, onBlind, now, log } = deps;
  const message = fallbackReminder(serving, await whom(deps, serving, incident), now());
  const card = await cards.load(incident.id);
  const channel = card?.channel ?? incident.channel;
  await postOnce(
    { redis, client: slack, now, log, onBlind },
    {
      memory: keys.card(incident.id),
      name,
      eventType: metadata.letter,
      channel,
      message,
      ...(card && { threadTs: card.ts }),
    },
  );
}

/** Who has the incident; else who is on call for the service; else who has switched it on. */
async function whom({ onCall, log }: RemindersDeps, { service, by }: Serving, incident: Incident): Promise<string[]> {
  if (incident.owner !== null && !isOver(incident)) return [incident.owner];
  try {
    const people = (await onCall.standing(service)).flatMap(({ person }) => (person === null ? [] : [person]));
    if (people.length > 0) return [...new Set(people)].slice(0, MENTIONED);
  } catch (error) {
    log.warn({ err: error, service }, 'who is on call could not be told for a reminder');
  }
  return [by];
}
