import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { letter } from '../../blocks/letter.ts';
import { deadlineLetter } from '../../blocks/letter-deadline.ts';
import type { IncidentStore } from '../app/store.ts';
import type { Incident, IncidentEvent } from '../domain/incident.ts';
import { recipientOf } from '../domain/letters.ts';
import { metadata } from '../slack/protocol.ts';
import type { DueQueue } from '../store/due-queue.ts';
import type { Keys } from '../store/keys.ts';
import { type SlackMessageDeps, sendMessage } from './slack-message.ts';

export interface LettersDeps extends SlackMessageDeps {
  readonly redis: Redis;
  readonly keys: Pick<Keys, 'card' | 'seen'>;
  readonly store: Pick<IncidentStore, 'load' | 'events'>;
  readonly queue: DueQueue;
  readonly permalink: (incident: Incident) => Promise<string | null>;
  readonly now: () => number;
  readonly log: Logger;
}

/** A letter that Slack does not take is tried again after each of these, in ms, and given up after the last. */
const WAITS = [2_000, 10_000, 60_000, 300_000, 1_800_000] as const;
const REMEMBERED_S = 86_400;

/** Sends the direct messages that events cause, right after looking again whether they are still worth it. */
export function createLetters(deps: LettersDeps): (entries: readonly string[]) => readonly Promise<void>[] {
  return (entries) => entries.map((entry) => deliver(deps, entry));
}

async function deliver(deps: LettersDeps, entry: string): Promise<void> {
  const { queue, store, now } = deps;
  const [id = '', version] = entry.split('/');
  const incident = await store.load(id);
  const event = incident ? (await store.events(id))[Number(version) - 1] : undefined;
  const to = incident && event ? recipientOf(event, incident) : null;
  const message = incident && event && to !== null ? await written(deps, event, incident) : null;
  if (!incident || to === null || !message) return await queue.done(entry);

  const sent = await sendMessage(deps, {
    incident: id,
    name: `letter ${entry}`,
    eventType: metadata.letter,
    channel: to,
    message,
  });
  if (sent.ok) return await queue.done(entry);

  deps.log.warn({ incident: id, entry, why: sent.why }, 'a direct message did not go out');
  const wait = sent.isUsable ? WAITS[(await timesTried(deps, entry)) - 1] : undefined;
  await (wait === undefined ? queue.done(entry) : queue.again(entry, now() + wait));
}

async function written({ permalink, now }: LettersDeps, event: IncidentEvent, incident: Incident) {
  const link = await permalink(incident);
  return letter(event, incident, now(), link) ?? deadlineLetter(event, incident, now(), link);
}

async function timesTried({ redis, keys }: LettersDeps, entry: string): Promise<number> {
  const key = keys.seen(`letter:${entry}`);
  const results = await redis.multi().incr(key).expire(key, REMEMBERED_S).exec();
  return Number(results?.[0]?.[1]);
}
