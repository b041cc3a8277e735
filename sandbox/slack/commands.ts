import type { ActResult } from '../api.ts';
import type { Acting } from './acting.ts';
import { DONE, refuse } from './acting.ts';
import { answerInteraction } from './answers.ts';
import { ApiError } from './api-error.ts';
import type { Command } from './app-manifest.ts';
import type { Delivery } from './delivery.ts';
import type { Json } from './json.ts';
import { channelName, encodeTyped } from './payloads.ts';
import type { Channel } from './people.ts';

/** The person typed something that begins with `/`. */
export async function runCommand(
  acting: Acting,
  user: string,
  channel: Channel,
  typed: string,
  inThread: boolean,
): Promise<ActResult> {
  const [name = '', ...rest] = typed.split(/\s/);
  const command = acting.world.app.commands.find((one) => one.command === name);
  if (command === undefined) return refuse(acting, user, `${name} is not a valid command.`);
  if (inThread) return refuse(acting, user, `${name} is not supported in threads. Sorry!`);
  if (channel.isArchived) return refuse(acting, user, `${name} cannot be used in an archived channel.`);
  const text = typed.slice(name.length).trim();
  const payload = commandPayload(acting, user, channel, command, rest.length === 0 ? '' : text);
  const delivery = await acting.transport.deliver({ type: 'slash_commands', payload });
  if (delivery.outcome !== 'acked') {
    return refuse(acting, user, `${name} failed with the error "${commandError(delivery)}"`);
  }
  return showAnswer(acting, user, channel, name, delivery.payload);
}

function commandPayload(acting: Acting, user: string, channel: Channel, command: Command, text: string): Json {
  const { world, triggers, responseUrls } = acting;
  return {
    token: 'sandbox',
    team_id: world.workspace.id,
    team_domain: world.workspace.domain,
    channel_id: channel.id,
    channel_name: channelName(channel),
    user_id: user,
    user_name: world.users.get(user)?.name ?? '',
    command: command.command,
    text: command.shouldEscape ? encodeTyped(world, text, true) : text,
    api_app_id: world.app.id,
    is_enterprise_install: 'false',
    response_url: responseUrls.create({ channel: channel.id, user, ts: null }),
    trigger_id: triggers.create(user),
  };
}

/** The acknowledgement of a command may carry an answer: text, or a message. */
function showAnswer(
  acting: Acting,
  user: string,
  channel: Channel,
  name: string,
  payload: Json | string | null,
): ActResult {
  const answer = typeof payload === 'string' ? { text: payload } : payload;
  if (answer === null || Object.keys(answer).length === 0) return DONE;
  try {
    answerInteraction(acting, { channel: channel.id, user, ts: null }, answer);
    return DONE;
  } catch (error) {
    if (error instanceof ApiError)
      return refuse(acting, user, `${name} failed with the error "invalid_command_response"`);
    throw error;
  }
}

function commandError({ outcome }: Delivery): string {
  if (outcome === 'timeout' || outcome === 'http_timeout') return 'operation_timeout';
  return outcome === 'no_connection' || outcome === 'connection_failed' ? 'dispatch_failed' : outcome;
}
