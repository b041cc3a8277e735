import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Message } from '../blocks/kit.ts';
import type { HandlerDeps } from './deps.ts';

/** Where one person can be told something. */
export interface Place {
  readonly client: WebClient;
  readonly user: string;
  readonly channel: string | null;
  readonly thread?: string | undefined;
  /** Writes to the `response_url`, good for five uses within half an hour; views and App Home have none. */
  readonly respond?: RespondFn | undefined;
  /** When nothing can be shown to this person alone: in the thread for all, or in a direct message. */
  readonly lastResort?: 'thread' | 'direct';
}

/** Says something to one person alone, by the first way that works. Never throws: what cannot be said is logged. */
export async function say(deps: Pick<HandlerDeps, 'log'>, place: Place, message: Message): Promise<void> {
  let failure: unknown = null;
  for (const way of waysTo(place)) {
    try {
      await way(message);
      return;
    } catch (error) {
      failure = error;
    }
  }
  deps.log.warn({ err: failure, user: place.user, channel: place.channel }, 'a person could not be told');
}

type Way = (message: Message) => Promise<unknown>;

function waysTo({ client, user, channel, thread, respond, lastResort = 'direct' }: Place): Way[] {
  const ways: Way[] = [];
  const inThread = thread === undefined ? {} : { thread_ts: thread };
  if (respond)
    ways.push((message) => respond({ ...message, ...inThread, response_type: 'ephemeral', replace_original: false }));
  if (channel !== null) ways.push((message) => client.chat.postEphemeral({ ...message, ...inThread, channel, user }));
  if (lastResort === 'direct') ways.push((message) => client.chat.postMessage({ ...message, channel: user }));
  else if (channel !== null) ways.push((message) => client.chat.postMessage({ ...message, ...inThread, channel }));
  return ways;
}
