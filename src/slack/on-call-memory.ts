import type { Redis } from 'ioredis';
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
  const ofHandOff = (handOff: string) => at(`of:${handOff}`);

  return {
    async want(name, news, now) {
      const isSettled = news.is === 'cover' && isOver(news.notice);
      const text = JSON.stringify(news);
      const writing = redis.multi();
      if (isSettled) writing.hset(at(name), 'news', text).hincrby(at(name), 'revision', 1);
      else writing.hsetnx(at(name), 'news', text).hsetnx(at(name), 'revision', 1);
      if (news.is === 'hand-off') {
        const handOff = handOffName(news.notice.summary.rotation, news.notice.summary.at);
        writing.sadd(ofHandOff(handOff), name).expire(ofHandOff(handOff), KEPT_S);
      }
      await writing.expire(at(name), KEPT_S).zadd(keys.onCallMessagesDue, now, name).exec();
    },
    async receive(handOff, received, now) {
      const names = await redis.smembers(ofHandOff(handOff));
      const writing = redis.multi().set(at(`received:${handOff}`), JSON.stringify(received), 'EX', KEPT_S, 'NX');
      for (const name of names) writing.hincrby(at(name), 'revision', 1).zadd(keys.onCallMessagesDue, now, name);
      await writing.exec();
    },
    async received(handOff) {
      const text = await redis.get(at(`received:${handOff}`));
      return text === null ? null : (JSON.parse(text) as Received); // written above and nowhere else
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
    news: JSON.parse(news) as OnCallNews, // written above and nowhere else
    posted: channel !== undefined && ts !== undefined ? { channel, ts } : null,
    revision: Number(revision ?? 1),
    drawn: Number(drawn ?? 0),
    failures: Number(failures ?? 0),
  };
}
