import type { WebClient } from '@slack/web-api';
import type { Service } from '../../domain/service.ts';
import { failureOf, mendOf } from '../../slack/errors.ts';
import { type Finding, fine, unknown, wrong } from './finding.ts';

/** Whether a card can be posted to the channel of every service. Each channel is asked for once. */
export async function checkChannels(
  bot: WebClient,
  services: readonly Service[],
  granted: readonly string[] | null,
): Promise<Finding[]> {
  const byChannel = Map.groupBy(services, ({ channel }) => channel);
  const findings: Finding[] = [];
  for (const [channel, owners] of byChannel) {
    const what = `${channel} (${owners.map(({ name }) => name).join(', ')})`;
    findings.push(await checkChannel(bot, channel, what, granted));
  }
  return findings;
}

async function checkChannel(
  bot: WebClient,
  channel: string,
  what: string,
  granted: readonly string[] | null,
): Promise<Finding> {
  try {
    const { channel: found } = await bot.conversations.info({ channel });
    const name = `#${found?.name ?? '?'} ${what}`;
    if (found?.is_archived) return wrong(`${name} is archived`, mendOf('is_archived'));
    if (found?.is_member) return fine(`${name}: Tocsin is in the channel`);
    return found?.is_private ? notIn(name) : asStranger(name, granted);
  } catch (error) {
    return unseen(what, error);
  }
}

function notIn(name: string): Finding {
  return wrong(`${name}: Tocsin is not in the channel`, 'In the channel: /invite @Tocsin');
}

function asStranger(name: string, granted: readonly string[] | null): Finding {
  if (granted === null)
    return unknown(`${name}: whether Tocsin may post without being in it`, 'In the channel: /invite @Tocsin');
  if (!granted.includes('chat:write.public')) return notIn(name);
  return fine(`${name}: Tocsin is not in the channel, and may post to public ones (chat:write.public)`);
}

function unseen(what: string, error: unknown): Finding {
  const failure = failureOf(error);
  if (!failure) throw error;
  if (failure.kind === 'wait') return unknown(what, 'Slack wants patience: run this again in a minute.');
  if (failure.code === 'missing_scope') {
    return unknown(
      `${what}: the permission to look at channels is missing`,
      'Grant channels:read (groups:read for private ones) and reinstall the app, or look yourself whether Tocsin is in it.',
    );
  }
  if (failure.kind === 'channel') return wrong(`${what}: Slack answers ${failure.code}`, mendOf(failure.code));
  return unknown(`${what}: Slack answers ${failure.code}`, mendOf(failure.code));
}
