import type { WebClient } from '@slack/web-api';
import type { Redis } from 'ioredis';
import type { HandlerDeps } from '../../handlers/deps.ts';
import type { IncidentStore } from '../../src/app/store.ts';
import type { Service } from '../../src/domain/service.ts';
import { createContacts } from '../../src/paging/contacts.ts';
import { createOnCallDesk } from '../../src/rotas/desk.ts';
import { createOnCallMemory } from '../../src/slack/on-call-memory.ts';
import { createOnCallMessages, type OnCallPost } from '../../src/slack/on-call-messages.ts';
import { createPace } from '../../src/slack/pace.ts';
import type { Keys } from '../../src/store/keys.ts';
import { createOnCallLetters } from '../../src/store/on-call-letters.ts';
import { quiet } from '../slack/given.ts';

/** An SMS that was sent. */
export interface Text {
  readonly phone: string;
  readonly text: string;
}

interface Given {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly now: () => number;
  readonly store: IncidentStore;
  readonly services: () => readonly Service[];
  readonly client: WebClient;
  readonly texts: Text[];
}

/** Who is on call, how people are reached, and what channels are told of it: all of it real but for Slack and the SMS that are sent. */
export function onCallIn({ redis, keys, now, store, services, client, texts }: Given): Pick<
  HandlerDeps,
  'onCall' | 'contacts'
> & {
  readonly onCallMessages: OnCallPost;
  readonly sweep: () => Promise<void>;
} {
  const posting = { redis, client, now, log: quiet, onBlind: () => {} };
  const onCallMessages = createOnCallMessages({
    ...posting,
    ...{ memory: createOnCallMemory(redis, keys), messageKey: keys.onCallMessage, store, services },
    handed: createOnCallLetters(redis, keys).handed,
    serving: async () => [],
    ...{ pace: createPace(redis, keys, now, false), fallbackChannel: () => null, onBrokenChannel: async () => {} },
  });
  const { tellHandOff, tellGap } = onCallMessages;
  const desk = createOnCallDesk({
    ...{ redis, keys, now, services, log: quiet, fetch, tellHandOff, tellGap },
    tellOperators: async () => {},
    userGroups: { members: async () => [], replace: async () => {} },
  });
  const messages = { send: async (phone: string, text: string) => void texts.push({ phone, text }) };
  const contacts = createContacts({ redis, keys, messages, now, log: quiet });
  async function sweep(): Promise<void> {
    for (const { run } of desk.chores) await run();
    await onCallMessages.deliver();
  }
  return { onCall: desk.onCall, contacts, onCallMessages, sweep };
}
