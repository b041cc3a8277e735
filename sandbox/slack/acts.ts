import type { Act, ActResult } from '../api.ts';
import type { Acting } from './acting.ts';
import { DONE, refuse } from './acting.ts';
import { runBuiltin } from './builtin-commands.ts';
import { click } from './clicks.ts';
import { runCommand } from './commands.ts';
import { openDm } from './direct-messages.ts';
import { announce } from './message-events.ts';
import { find, post } from './messages.ts';
import { enter } from './methods/conversations.ts';
import { encodeTyped } from './payloads.ts';
import { sees } from './people.ts';
import { viewOut } from './presentation.ts';
import { takeShortcut } from './shortcuts.ts';
import { close, submit } from './submissions.ts';

/** What the messages tab of an app shows when its manifest makes it read-only. */
const READ_ONLY = 'Sending messages to this app has been turned off.';

/** Does what a person does in Slack. Settles when the app has answered or Slack has stopped waiting for it. */
export async function perform(acting: Acting, user: string, act: Act): Promise<ActResult> {
  if (acting.world.users.get(user)?.isBot !== false) return { ok: false, error: 'Nobody here has that name.' };
  switch (act.type) {
    case 'message':
      return say(acting, user, act);
    case 'click':
      return click(acting, user, act);
    case 'submit':
      return submit(acting, user, act);
    case 'close':
      return close(acting, user, act);
    case 'shortcut':
      return takeShortcut(acting, user, act);
    case 'open-home':
      return openHome(acting, user);
    default:
      return { ok: false, error: 'This is not something that one does in Slack.' };
  }
}

/** A message or, when it begins with `/`, a command. Who writes into a public channel is in it from then on. */
function say(acting: Acting, user: string, act: Extract<Act, { type: 'message' }>): ActResult | Promise<ActResult> {
  const { world } = acting;
  const channel = world.channels.get(act.channel);
  const text = act.text.trim();
  if (channel === undefined || !sees(channel, user)) return { ok: false, error: 'That channel is not there.' };
  if (text === '') return { ok: false, error: 'There is nothing to send.' };
  if (channel.kind === 'im' && world.app.isReadOnly) return refuse(acting, user, READ_ONLY);
  const builtin = text.startsWith('/') ? runBuiltin(acting, user, channel, text) : undefined;
  if (builtin !== undefined) return builtin;
  if (text.startsWith('/')) return runCommand(acting, user, channel, text, act.threadTs !== undefined);
  if (channel.isArchived) return refuse(acting, user, 'You cannot post in an archived channel.');
  enter(acting, channel, user);
  const threadTs = act.threadTs === undefined ? null : (find(channel, act.threadTs)?.threadTs ?? act.threadTs);
  announce(acting, channel, post(world, channel, { user, text: encodeTyped(world, text), threadTs }));
  return DONE;
}

/** https://docs.slack.dev/reference/events/app_home_opened: on every visit. */
function openHome({ world, events }: Acting, user: string): ActResult {
  const home = world.homes.get(user);
  events.emit('app_home_opened', {
    type: 'app_home_opened',
    user,
    channel: openDm(world, user).id,
    tab: 'home',
    ...(home === undefined ? {} : { view: viewOut(world, home) }),
  });
  return DONE;
}
