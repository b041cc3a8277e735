import type { WebClient } from '@slack/web-api';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { failureOf, mendOf } from '../slack/errors.ts';
import { type Posted, type PostingDeps, postOnce, type SlackMessage, tryField } from '../slack/posting.ts';
import type { Keys } from '../store/keys.ts';

export interface SlackMessageDeps {
  readonly redis: Redis;
  readonly keys: Pick<Keys, 'card'>;
  /** A client of its own: pages wait for no card. */
  readonly client: WebClient;
  readonly now: () => number;
  readonly log: Logger;
  readonly onBlind: PostingDeps['onBlind'];
}

/** A message about an incident to a person (their user id) or a channel. */
export interface ToSend {
  readonly incident: string;
  /** Names this very message: it is not sent again when it can be found. */
  readonly name: string;
  readonly eventType: string;
  readonly channel: string;
  readonly threadTs?: string;
  readonly message: SlackMessage;
}

export type Answer =
  | { readonly ok: true; readonly posted: Posted }
  | { readonly ok: false; readonly why: string; readonly isUsable: boolean };

/** Sends one message now, without waiting for the pace of cards. Never throws what comes from Slack. */
export async function sendMessage(deps: SlackMessageDeps, { incident, ...one }: ToSend): Promise<Answer> {
  const memory = deps.keys.card(incident);
  try {
    const { channel, ts } = await postOnce(deps, { memory, ...one });
    await deps.redis.hdel(memory, tryField(one.name)).catch((error: unknown) => {
      deps.log.warn({ err: error, name: one.name }, 'a message is out, and what its try has left behind stays');
    });
    return { ok: true, posted: { channel, ts } };
  } catch (error) {
    return notSent(error);
  }
}

/** What went wrong, for people. Throws what did not come from Slack. */
export function notSent(error: unknown): Extract<Answer, { ok: false }> {
  const failure = failureOf(error);
  if (!failure) throw error;
  if (failure.kind === 'wait') return { ok: false, why: 'Slack takes no more messages there just now', isUsable: true };
  if (failure.kind === 'unclear') return { ok: false, why: 'Slack did not answer', isUsable: true };
  return { ok: false, why: WHY[failure.code] ?? mendOf(failure.code), isUsable: false };
}

/** https://docs.slack.dev/reference/methods/chat.postMessage#errors, where the channel is a person. */
const WHY: Readonly<Record<string, string>> = {
  user_not_found: 'Slack knows no such person',
  user_disabled: 'the account in Slack is deactivated',
  user_not_visible: 'Slack does not let Tocsin see this person',
  cannot_dm_bot: 'it is a bot, which reads no messages',
  messages_tab_disabled: 'the messages tab of Tocsin is off: compare the app with manifest.yml',
};
