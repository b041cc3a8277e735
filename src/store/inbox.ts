import type { Redis } from 'ioredis';
import type { Alert } from '../domain/alert.ts';
import { gathered } from './gather.ts';
import type { Keys } from './keys.ts';
import { script } from './script.ts';

const GROUP = 'tocsin';
/** SNS retries for at most an hour; a day also covers a sender that was paused. */
const MARK_S = 86_400;
/** A batch whose consumer has been silent this long is taken over. Doing one twice is harmless: the domain absorbs it. */
const TAKE_OVER_MS = 5_000;
const READ_BLOCK_MS = 1_000;

export interface Entry {
  readonly id: string;
  readonly alerts: readonly Alert[];
}

/** The durable queue between the webhooks and the incidents: a stream with a consumer group, read by every process. */
export interface Inbox {
  /** 200 to the sender means that this has returned. */
  accept(messageId: string, alerts: readonly Alert[]): Promise<'stored' | 'known'>;
  /** Creates the group, if need be. */
  open(): Promise<void>;
  /** New entries; waits up to a second for the first. `blocking` is a connection of its own. */
  read(blocking: Redis, limit: number): Promise<Entry[]>;
  /** Entries that a process took and did not finish. */
  takeOver(limit: number): Promise<Entry[]>;
  done(ids: readonly string[]): Promise<void>;
  /** Sets an entry aside that cannot be processed, whatever is tried, so that the others go on. */
  setAside(entry: Entry, reason: string): Promise<void>;
  backlog(): Promise<number>;
}

export function createInbox(redis: Redis, keys: Keys, consumer: string): Inbox {
  const acceptAll = script(redis, new URL('./accept.lua', import.meta.url));
  const { inbox } = keys;

  /** A storm's messages share their calls: sent one by one they would cost more than all the work on them. */
  const accept = gathered(async (messages: readonly { readonly mark: string; readonly payload: string }[]) => {
    const marks = messages.map(({ mark }) => mark);
    const payloads = messages.map(({ payload }) => payload);
    const stored = await acceptAll(marks.length + 1, inbox, ...marks, MARK_S, ...payloads);
    return stored as number[]; // what the script returns
  });

  const open = async () => {
    await redis.xgroup('CREATE', inbox, GROUP, '0', 'MKSTREAM').catch((error: Error) => {
      if (!error.message.startsWith('BUSYGROUP')) throw error;
    });
  };

  /** A Redis that was emptied, or came back without its data, has lost the group: nothing would be read any more. */
  async function inGroup<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOGROUP')) throw error;
      await open();
      return await call();
    }
  }

  return {
    async accept(messageId, alerts) {
      const stored = await accept({ mark: keys.message(messageId), payload: JSON.stringify(alerts) });
      return stored === 1 ? 'stored' : 'known';
    },
    open,
    async read(blocking, limit) {
      const from = ['STREAMS', inbox, '>'] as const;
      const found = await inGroup(() =>
        blocking.xreadgroup('GROUP', GROUP, consumer, 'COUNT', limit, 'BLOCK', READ_BLOCK_MS, ...from),
      );
      return entriesOf(((found as [string, RawEntry[]][] | null) ?? [])[0]?.[1] ?? []);
    },
    async takeOver(limit) {
      const claimed = await inGroup(() => redis.xautoclaim(inbox, GROUP, consumer, TAKE_OVER_MS, '0', 'COUNT', limit));
      return entriesOf((claimed as [string, (RawEntry | null)[]])[1]);
    },
    async done(ids) {
      if (ids.length === 0) return;
      await redis
        .multi()
        .xack(inbox, GROUP, ...ids)
        .xdel(inbox, ...ids)
        .exec();
    },
    async setAside({ id, alerts }, reason) {
      await redis.xadd(
        `${inbox}:dead`,
        'MAXLEN',
        '~',
        1_000,
        '*',
        'id',
        id,
        'reason',
        reason,
        'a',
        JSON.stringify(alerts),
      );
    },
    backlog: () => redis.xlen(inbox),
  };
}

type RawEntry = [id: string, fields: string[] | null];

/** Redis 6.2 answers nothing in the place of an entry that was deleted meanwhile. */
function entriesOf(raw: readonly (RawEntry | null)[]): Entry[] {
  return raw.flatMap((entry) => {
    const payload = entry?.[1]?.[1];
    return entry && payload !== undefined ? [{ id: entry[0], alerts: readAlerts(payload) }] : [];
  });
}

/** What the first alerts did not have: an older process may have stored them, and have ended before it took them in. */
const LATER: Pick<Alert, 'annotations' | 'isReport' | 'repeats'> = { annotations: {}, isReport: false, repeats: false };

function readAlerts(payload: string): Alert[] {
  const alerts = JSON.parse(payload) as Alert[]; // written by accept() and nobody else
  return alerts.map((alert) => ('repeats' in alert ? alert : { ...LATER, ...(alert as Alert) }));
}
