import type { ChainableCommander, Redis } from 'ioredis';
import type { GapNotice, HandOffNotice, Received } from '../app/on-call.ts';
import type { CoverNotice } from '../app/on-call-messages.ts';
import type { Keys } from '../store/keys.ts';
import { createRounds } from '../store/on-call-rounds.ts';
import { script } from '../store/script.ts';
import { type Posted, tryField } from './posting.ts';

/** What one message is about. */
export type OnCallNews =
  | { readonly is: 'hand-off'; readonly notice: HandOffNotice }
  | { readonly is: 'gap'; readonly notice: GapNotice }
  | { readonly is: 'cover'; readonly notice: CoverNotice };

/** One message as it is to be, and where it is. */
export interface OnCallMessage {
  readonly name: string;
  readonly news: OnCallNews;
  /** `null`: it is not in Slack yet. */
  readonly posted: Posted | null;
  /** Counts what has become new of it. */
  readonly revision: number;
  /** The revision that Slack shows; 0: none. */
  readonly drawn: number;
  /** Failed attempts in a row. */
  readonly failures: number;
}

/** Messages about who is on call: what they are to say, what Slack shows of it, and which of them are behind. */
export interface OnCallMemory {
  /** Puts a message in. What it says stays as it was the first time, but for a cover request, which may be settled since. */
  want(name: string, news: OnCallNews, now: number): Promise<void>;
  /** Messages of one hand-off are drawn anew when it was received. */
  receive(handOff: string, received: Received, now: number): Promise<void>;
  received(handOff: string): Promise<Received | null>;
  /** Names of messages that are behind, each for one process until `until`. */
  claim(now: number, until: number, limit: number): Promise<string[]>;
  /** Nobody else takes it up before `until`. */
  postpone(name: string, until: number): Promise<void>;
  /** `null`: it is forgotten, being old. */
  load(name: string): Promise<OnCallMessage | null>;
  posted(name: string, at: Posted): Promise<void>;
  failed(name: string): Promise<void>;
  /** It is drawn as of a revision. */
  finish(name: string, revision: number, now: number): Promise<void>;
  drop(name: string): Promise<void>;
}

/** Whoever presses a button after that hears that it is too old. */
const KEPT_S = 30 * 86_400;

export function createOnCallMemory(redis: Redis, keys: Keys): OnCallMemory {
  const end = script(redis, new URL('./on-call-message.lua', import.meta.url));
  const at = keys.onCallMessage;
  const kept = { redis, keys };

  return {
    want: (name, news, now) => want(kept, name, news, now),
    receive: (handOff, received, now) => receive(kept, handOff, received, now),
    async received(handOff) {
      const text = await redis.get(at(`received:${handOff}`));
      return text === null ? null : (JSON.parse(text) as Received); // written by receive() below and nowhere else
    },
    claim: createRounds(redis, keys.onCallMessagesDue).claim,
    async postpone(name, until) {
      await redis.zadd(keys.onCallMessagesDue, 'XX', until, name);
    },
    load: async (name) => read(name, await redis.hgetall(at(name))),
    async posted(name, { channel, ts }) {
      await redis.multi().hset(at(name), { channel, ts }).hdel(at(name), tryField(name)).exec();
    },
    async failed(name) {
      await redis.hincrby(at(name), 'failures', 1);
    },
    async finish(name, revision, now) {
      await redis.multi().hset(at(name), 'drawn', revision).hdel(at(name), 'failures').exec();
      await end(2, at(name), keys.onCallMessagesDue, name, revision, now);
    },
    async drop(name) {
      await redis.multi().del(at(name)).zrem(keys.onCallMessagesDue, name).exec();
    },
  };
}

interface Kept {
  readonly redis: Redis;
  readonly keys: Keys;
}

async function want({ redis, keys }: Kept, name: string, news: OnCallNews, now: number): Promise<void> {
  const key = keys.onCallMessage(name);
  const text = JSON.stringify(news);
  const writing = redis.multi();
  if (news.is === 'cover' && isOver(news.notice)) writing.hset(key, 'news', text).hincrby(key, 'revision', 1);
  else writing.hsetnx(key, 'news', text).hsetnx(key, 'revision', 1);
  if (news.is === 'hand-off') {
    const { rotation, at } = news.notice.summary;
    const handOff = handOffName(rotation, at);
    const names = keys.onCallMessage(`of:${handOff}`);
    await outdate({ redis, keys }, rotation, handOff, now);
    writing.sadd(names, name).expire(names, KEPT_S);
  }
  await writing.expire(key, KEPT_S).zadd(keys.onCallMessagesDue, now, name).exec();
}

async function receive({ redis, keys }: Kept, handOff: string, received: Received, now: number): Promise<void> {
  const at = keys.onCallMessage(`received:${handOff}`);
  const writing = redis.multi().set(at, JSON.stringify(received), 'EX', KEPT_S, 'NX');
  await drawnAnew(keys, writing, await messagesOf({ redis, keys }, handOff), now).exec();
}

/** Messages of the hand-off before say from now on that somebody else is on call. */
async function outdate({ redis, keys }: Kept, rotation: string, handOff: string, now: number): Promise<void> {
  const before = await redis.set(keys.onCallMessage(`newest:${rotation}`), handOff, 'EX', KEPT_S, 'GET');
  if (before === null || before === handOff) return;
  await drawnAnew(keys, redis.multi(), await messagesOf({ redis, keys }, before), now).exec();
}

function messagesOf({ redis, keys }: Kept, handOff: string): Promise<string[]> {
  return redis.smembers(keys.onCallMessage(`of:${handOff}`));
}

function drawnAnew(keys: Keys, writing: ChainableCommander, names: readonly string[], now: number): ChainableCommander {
  for (const name of names) {
    writing.hincrby(keys.onCallMessage(name), 'revision', 1).zadd(keys.onCallMessagesDue, now, name);
  }
  return writing;
}

/** What a hand-off is called: all its messages say so when it was received. */
export function handOffName(rotation: string, at: number): string {
  return `${rotation}@${at}`;
}

function isOver({ request }: CoverNotice): boolean {
  return request.taken !== null || request.withdrawnAt !== null;
}

function read(name: string, fields: Record<string, string>): OnCallMessage | null {
  const { news, channel, ts, revision, drawn, failures } = fields;
  if (news === undefined) return null;
  return {
    name,
    news: JSON.parse(news) as OnCallNews, // written by want() above and nowhere else
    posted: channel !== undefined && ts !== undefined ? { channel, ts } : null,
    revision: Number(revision ?? 1),
    drawn: Number(drawn ?? 0),
    failures: Number(failures ?? 0),
  };
}
