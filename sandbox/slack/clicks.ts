import type { Act, ActResult } from '../api.ts';
import type { Acting } from './acting.ts';
import { DONE, refuse, unacknowledged } from './acting.ts';
import type { Json } from './json.ts';
import { objectsOf } from './json.ts';
import type { Message } from './messages.ts';
import { findFor } from './messages.ts';
import { channelName, commonPayload } from './payloads.ts';
import type { Channel } from './people.ts';
import { sees } from './people.ts';
import { messageOut, viewOut } from './presentation.ts';
import { elementsOf, flatBlocks, stateValues } from './view-state.ts';
import type { View } from './world.ts';

type Click = Extract<Act, { type: 'click' }>;

/** The person pressed a button or chose something: `block_actions`, from a message, a modal or the Home tab. */
export async function click(acting: Acting, user: string, act: Click): Promise<ActResult> {
  const found = 'viewId' in act.where ? inView(acting, user, act.where.viewId) : inMessage(acting, user, act.where);
  const element = found === undefined ? undefined : elementAt(found.blocks, act);
  if (found === undefined || element === undefined) return { ok: false, error: 'It is not there any more.' };
  const values = { ...found.values, ...act.values };
  values[act.blockId] = { ...values[act.blockId], [act.actionId]: act.element };
  const state = stateValues(found.blocks, values);
  if (found.view !== undefined) found.view.values = state;
  const payload = {
    type: 'block_actions',
    ...commonPayload(acting.world, user),
    trigger_id: acting.triggers.create(user),
    ...found.payload(state),
    actions: [actionOut(acting, act, element)],
  };
  const delivery = await acting.transport.deliver({ type: 'interactive', payload });
  return delivery.outcome === 'acked' ? DONE : refuse(acting, user, unacknowledged(delivery));
}

interface Place {
  readonly blocks: readonly Json[];
  readonly values: Record<string, Record<string, unknown>>;
  readonly view?: View;
  payload(state: Json): Json;
}

function inView(acting: Acting, user: string, viewId: string): Place | undefined {
  const view = acting.world.views.get(viewId);
  if (view === undefined || view.owner !== user) return undefined;
  return {
    blocks: objectsOf(view.content.blocks),
    values: view.values,
    view,
    payload: () => ({ container: { type: 'view', view_id: view.id }, view: viewOut(acting.world, view) }),
  };
}

function inMessage(acting: Acting, user: string, where: { channel: string; ts: string }): Place | undefined {
  const channel = acting.world.channels.get(where.channel);
  const message = channel === undefined || !sees(channel, user) ? undefined : findFor(channel, where.ts, user);
  if (channel === undefined || message === undefined) return undefined;
  return {
    blocks: [...message.blocks, ...message.attachments.flatMap((one) => objectsOf(one.blocks))],
    values: {},
    payload: (state) => ({ ...messagePayload(acting, user, channel, message), state: { values: state } }),
  };
}

function messagePayload(acting: Acting, user: string, channel: Channel, message: Message): Json {
  const isEphemeral = message.ephemeralFor !== null;
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    },
    channel: { id: channel.id, name: channelName(channel) },
    ...(isEphemeral ? {} : { message: messageOut(acting.world, message) }),
    response_url: acting.responseUrls.create({ channel: channel.id, user, ts: message.ts }),
  };
}

function elementAt(blocks: readonly Json[], { blockId, actionId }: Click): Json | undefined {
  const block = flatBlocks(blocks).find((one) => one.block_id === blockId);
  return block === undefined ? undefined : elementsOf(block).find((one) => one.action_id === actionId);
}

/** A button's value is the server's, whatever the page says; a choice is the person's. */
function actionOut({ world }: Acting, act: Click, element: Json): Json {
  const own = { action_id: act.actionId, block_id: act.blockId, action_ts: world.nextTs(), type: element.type };
  if (element.type !== 'button') return { ...act.element, ...own };
  const { text, value, style, url } = element;
  return {
    ...own,
    text,
    ...(value === undefined ? {} : { value }),
    ...(style === undefined ? {} : { style }),
    ...(url === undefined ? {} : { url }),
  };
}
