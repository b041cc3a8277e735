import type { Act, ActResult } from '../api.ts';
import type { Acting } from './acting.ts';
import { DONE, refuse, unacknowledged } from './acting.ts';
import type { Json } from './json.ts';
import { stringOf } from './json.ts';
import type { Message } from './messages.ts';
import { findFor } from './messages.ts';
import { channelName, commonPayload } from './payloads.ts';
import type { Channel } from './people.ts';
import { messageOut } from './presentation.ts';

/** The person used a shortcut: from anywhere, or on a message. */
export async function takeShortcut(
  acting: Acting,
  user: string,
  act: Extract<Act, { type: 'shortcut' }>,
): Promise<ActResult> {
  const { world } = acting;
  const shortcut = world.app.shortcuts.find(({ callbackId }) => callbackId === act.callbackId);
  if (shortcut === undefined) return refuse(acting, user, 'That shortcut is not available.');
  const channel = world.channels.get(act.channel ?? '');
  const message = channel === undefined ? undefined : findFor(channel, stringOf(act.ts), user);
  const on =
    shortcut.type === 'message' && channel !== undefined && message !== undefined ? { channel, message } : null;
  if (shortcut.type === 'message' && on === null) return { ok: false, error: 'That message is not there any more.' };
  const payload = {
    type: on === null ? 'shortcut' : 'message_action',
    ...commonPayload(world, user),
    callback_id: shortcut.callbackId,
    trigger_id: acting.triggers.create(user),
    action_ts: world.nextTs(),
    ...(on === null ? {} : messageAction(acting, user, on.channel, on.message)),
  };
  const delivery = await acting.transport.deliver({ type: 'interactive', payload });
  return delivery.outcome === 'acked' ? DONE : refuse(acting, user, unacknowledged(delivery));
}

function messageAction(acting: Acting, user: string, channel: Channel, message: Message): Json {
  return {
    channel: { id: channel.id, name: channelName(channel) },
    message_ts: message.ts,
    message: messageOut(acting.world, message),
    response_url: acting.responseUrls.create({ channel: channel.id, user, ts: message.ts }),
  };
}
