import type { Redis } from 'ioredis';
import type { Keys } from '../store/keys.ts';
import { script } from '../store/script.ts';
import { type Posted, tryField } from './posting.ts';

/** Where the card of an incident is, and which version of the incident it shows. Slack's side of things, kept out of the domain. */
export interface Card extends Posted {
  /** The version of the incident that it was drawn from. */
  readonly version: number;
  /** The version of the last change that shows on a card. */
  readonly wanted: number;
  /** When it was last drawn, epoch ms. */
  readonly drawnAt: number;
  /** How often it was called outdated since it was drawn. */
  readonly outdated: number;
}

export interface CardMemory {
  load(id: string): Promise<Card | null>;
  /** Remembers a new card, and which incident its message stands for. */
  posted(id: string, card: Omit<Card, 'wanted' | 'outdated'>, name: string): Promise<void>;
  /** The card, as it was loaded, shows this version now, and is what people look at: it stands for its incident for longer. */
  drawn(id: string, card: Posted & Pick<Card, 'outdated'>, version: number, at: number): Promise<void>;
  /** What a card shows beside its incident has changed: it is drawn again, within what is left for machines. */
  outdate(id: string, now: number): Promise<void>;
  /** The message is gone from Slack: the incident needs a new one. */
  forget(id: string): Promise<void>;
  /** Versions of events that the thread must still be told. */
  outbox(id: string): Promise<number[]>;
  /**
   * The newest version that the next note tells of: `newest`, unless a note was begun before whose end is not known, which
   * must stay the same note.
   */
  noteUntil(id: string, newest: number): Promise<number>;
  told(id: string, count: number, name: string): Promise<void>;
  incidentOf(channel: string, ts: string): Promise<string | null>;
}

const NOTE_UNTIL = 'note-until';
const RETENTION_S = 180 * 86_400;

export function createCardMemory(redis: Redis, keys: Keys): CardMemory {
  const drawn = script(redis, new URL('./drawn.lua', import.meta.url));
  const outdate = script(redis, new URL('./outdate.lua', import.meta.url));

  return {
    async load(id) {
      const [[channel, ts, version, drawnAt, outdated], wanted] = await Promise.all([
        redis.hmget(keys.card(id), 'channel', 'ts', 'version', 'at', 'outdated'),
        redis.hget(keys.incident(id), 'cv'),
      ]);
      if (!channel || !ts) return null;
      const times = { drawnAt: Number(drawnAt), outdated: Number(outdated) };
      return { channel, ts, version: Number(version), wanted: Number(wanted), ...times };
    },
    async posted(id, { channel, ts, version, drawnAt }, name) {
      await redis
        .multi()
        .hset(keys.card(id), { channel, ts, version, at: drawnAt })
        .hdel(keys.card(id), tryField(name), 'permalink', 'outdated')
        .set(keys.thread(channel, ts), id, 'EX', RETENTION_S)
        .exec();
    },
    async drawn(id, { channel, ts, outdated }, version, at) {
      await drawn(2, keys.card(id), keys.thread(channel, ts), version, at, outdated, RETENTION_S);
    },
    outdate: async (id, now) => void (await outdate(2, keys.card(id), keys.dueMachine, id, now)),
    async forget(id) {
      await redis.hdel(keys.card(id), 'ts', 'version', 'permalink', 'outdated');
    },
    outbox: async (id) => (await redis.lrange(keys.outbox(id), 0, -1)).map(Number),
    async noteUntil(id, newest) {
      await redis.hsetnx(keys.card(id), NOTE_UNTIL, newest);
      return Number(await redis.hget(keys.card(id), NOTE_UNTIL));
    },
    async told(id, count, name) {
      const card = keys.card(id);
      await redis.multi().ltrim(keys.outbox(id), count, -1).hdel(card, tryField(name), NOTE_UNTIL).exec();
    },
    incidentOf: (channel, ts) => redis.get(keys.thread(channel, ts)),
  };
}
