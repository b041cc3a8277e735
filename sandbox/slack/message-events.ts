import type { Events } from './events.ts';
import type { Message } from './messages.ts';
import type { Channel } from './people.ts';
import { messageOut } from './presentation.ts';
import type { World } from './world.ts';

const SUBSCRIPTIONS = { public: 'message.channels', private: 'message.groups', im: 'message.im' } as const;
const CHANNEL_TYPES = { public: 'channel', private: 'group', im: 'im' } as const;

/** Tells the app, where it is a member, what happened to a message (its own too, as Slack does). */
export function announce(
  { world, events }: { world: World; events: Events },
  channel: Channel,
  message: Message,
  subtype?: 'message_changed' | 'message_deleted',
): void {
  if (!channel.members.has(world.app.botUserId)) return;
  const place = { channel: channel.id, channel_type: CHANNEL_TYPES[channel.kind] };
  const shown = messageOut(world, message);
  if (subtype === 'message_changed') {
    events.emit(SUBSCRIPTIONS[channel.kind], {
      type: 'message',
      subtype,
      ...place,
      ts: world.nextTs(),
      message: shown,
    });
  } else if (subtype === 'message_deleted') {
    const gone = { ts: world.nextTs(), deleted_ts: message.ts, previous_message: shown };
    events.emit(SUBSCRIPTIONS[channel.kind], { type: 'message', subtype, ...place, ...gone });
  } else {
    events.emit(SUBSCRIPTIONS[channel.kind], { ...shown, ...place, event_ts: message.ts });
    if (message.text.includes(`<@${world.app.botUserId}>`) && channel.kind !== 'im') {
      events.emit('app_mention', { ...shown, type: 'app_mention', channel: channel.id, event_ts: message.ts });
    }
  }
}
