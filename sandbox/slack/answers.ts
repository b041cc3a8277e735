import { ApiError } from './api-error.ts';
import type { Args } from './args.ts';
import { flag } from './args.ts';
import { stringOf } from './json.ts';
import { announce } from './message-events.ts';
import type { Message } from './messages.ts';
import { findFor, post, remove } from './messages.ts';
import type { Services } from './method.ts';
import { rewrite } from './methods/chat.ts';
import type { Content } from './methods/drafts.ts';
import { contentOf, isWordless } from './methods/drafts.ts';
import type { Channel } from './people.ts';
import type { ResponseTarget } from './tickets.ts';

/**
 * Does what an app answers to a command or an interaction, in its acknowledgement or through a response URL: post (for one
 * person unless `in_channel`), replace or delete the original. Throws Slack's error.
 */
export function answerInteraction(services: Services, target: ResponseTarget, answer: Args): void {
  const { world } = services;
  const channel = world.channels.get(target.channel);
  if (channel === undefined) throw new ApiError('channel_not_found');
  if (channel.isArchived) throw new ApiError('is_archived');
  const original = target.ts === null ? undefined : findFor(channel, target.ts, target.user);
  if (flag(answer, 'delete_original')) {
    withdraw(services, channel, original);
    return;
  }
  const content = contentOf(world, answer);
  if (isWordless(content)) throw new ApiError('no_text');
  if (flag(answer, 'replace_original') && original !== undefined) replace(services, channel, original, content);
  else say(services, target, channel, content, answer);
}

function say(
  { world, events }: Services,
  target: ResponseTarget,
  channel: Channel,
  content: Content,
  answer: Args,
): void {
  const inChannel = answer.response_type === 'in_channel';
  const message = post(world, channel, {
    user: world.app.botUserId,
    botId: world.app.botId,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    attachments: content.attachments ?? [],
    metadata: content.metadata ?? null,
    threadTs: stringOf(answer.thread_ts) || null,
    ephemeralFor: inChannel ? null : target.user,
  });
  if (inChannel) announce({ world, events }, channel, message);
}

function withdraw(services: Services, channel: Channel, original: Message | undefined): void {
  if (original === undefined) throw new ApiError('message_not_found');
  remove(services.world, channel, original);
  if (original.ephemeralFor === null) announce(services, channel, original, 'message_deleted');
}

function replace(services: Services, channel: Channel, original: Message, content: Content): void {
  rewrite(services.world, original, content);
  if (original.ephemeralFor === null) announce(services, channel, original, 'message_changed');
}
