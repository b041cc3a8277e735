import type { KnownBlock, MessageMetadata } from '@slack/types';
import type { ConversationsHistoryResponse, WebClient } from '@slack/web-api';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { failureOf } from './errors.ts';
import { sendOrLess } from './send-or-less.ts';

export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

export interface Posted {
  readonly channel: string;
  readonly ts: string;
}

/** A message that is in Slack now. `isFound`: an earlier try had posted it, with what was to be said then. */
export interface PostedOnce extends Posted {
  readonly isFound: boolean;
}

/** One message that must be posted once, however often it is tried and whoever is killed meanwhile. */
export interface Posting {
  /** Redis hash that remembers a try whose end is not known. */
  readonly memory: string;
  /** Field of it, and also what the message carries in its metadata: names this very message. */
  readonly name: string;
  readonly eventType: string;
  readonly channel: string;
  readonly threadTs?: string;
  readonly message: SlackMessage;
}

export interface PostingDeps {
  readonly redis: Redis;
  readonly client: WebClient;
  readonly now: () => number;
  readonly log: Logger;
  /** Called when an unanswered post cannot be looked for, so that it may come twice. */
  readonly onBlind: (code: string) => void;
}

/** Slack's clock and ours differ: look a little before the try as well. */
const CLOCK_SKEW_S = 60;

/**
 * Posts, and looks first for what an earlier, unanswered try may have posted. A definite "no" of Slack throws and is forgotten;
 * an unclear answer throws and is remembered.
 */
export async function postOnce(deps: PostingDeps, posting: Posting): Promise<PostedOnce> {
  const { redis, now } = deps;
  const field = `try:${posting.name}`;
  const isFirst = (await redis.hsetnx(posting.memory, field, now())) === 1;
  const found = isFirst ? null : await findEarlier(deps, posting);
  if (found) return { ...found, isFound: true };

  try {
    return { ...(await post(deps, posting)), isFound: false };
  } catch (error) {
    if (isClear(error)) await redis.hdel(posting.memory, field);
    throw error;
  }
}

/** What an earlier try whose end is not known has posted, if it has. Posts nothing. */
export async function findEarlier(deps: PostingDeps, posting: Posting): Promise<Posted | null> {
  const earlier = await deps.redis.hget(posting.memory, tryField(posting.name));
  return earlier === null ? null : await find(deps, posting, Number(earlier));
}

/** To be called in the same step that remembers where the message is. */
export function tryField(name: string): string {
  return `try:${name}`;
}

function isClear(error: unknown): boolean {
  const failure = failureOf(error);
  return failure !== null && failure.kind !== 'unclear';
}

async function post({ client, log }: PostingDeps, posting: Posting): Promise<Posted> {
  const send = async (message: SlackMessage) => {
    const answer = await client.chat.postMessage({
      channel: posting.channel,
      text: message.text,
      blocks: [...message.blocks],
      metadata: metadataOf(posting),
      unfurl_links: false,
      unfurl_media: false,
      ...(posting.threadTs && { thread_ts: posting.threadTs }),
    });
    return { channel: String(answer.channel ?? posting.channel), ts: String(answer.ts) };
  };
  return await sendOrLess(posting.message, send, log, { name: posting.name });
}

function metadataOf({ eventType, name }: Posting): MessageMetadata {
  return { event_type: eventType, event_payload: { name } };
}

/** A channel may have been busy since: so many pages are looked through, the newest first. */
const PAGES = 20;

async function find(deps: PostingDeps, posting: Posting, triedAt: number): Promise<Posted | null> {
  try {
    let cursor: string | undefined;
    for (let page = 0; page < PAGES; page++) {
      const answer = await read(deps, posting, triedAt, cursor);
      const mine = (answer.messages ?? []).find((message) => isPosting(message, posting));
      if (mine?.ts) return { channel: posting.channel, ts: mine.ts };
      cursor = answer.response_metadata?.next_cursor || undefined;
      if (cursor === undefined) return null;
    }
    return blind(deps, posting, 'too_much_was_said_since');
  } catch (error) {
    const failure = failureOf(error);
    if (failure?.kind !== 'feature' && failure?.kind !== 'channel' && failure?.kind !== 'gone') throw error;
    return blind(deps, posting, failure.code);
  }
}

/** Twice is better than never. */
function blind({ log, onBlind }: PostingDeps, { name }: Posting, code: string): null {
  log.warn({ code, name }, 'cannot look for an unanswered post: it may come twice');
  onBlind(code);
  return null;
}

function read({ client }: PostingDeps, { channel, threadTs }: Posting, triedAt: number, cursor: string | undefined) {
  const span = {
    channel,
    oldest: String(triedAt / 1_000 - CLOCK_SKEW_S),
    include_all_metadata: true,
    limit: 100,
    ...(cursor !== undefined && { cursor }),
  };
  return threadTs ? client.conversations.replies({ ...span, ts: threadTs }) : client.conversations.history(span);
}

type MessageElement = NonNullable<ConversationsHistoryResponse['messages']>[number];

function isPosting({ metadata }: Pick<MessageElement, 'metadata'>, { eventType, name }: Posting): boolean {
  const payload = metadata?.event_payload as { name?: unknown } | undefined; // foreign JSON: compared, never trusted
  return metadata?.event_type === eventType && payload?.name === name;
}
