import type { SandboxMessage } from '../../api.ts';
import { isoDay } from '../text/date.ts';

const GROUP_SECONDS = 180;

/** What stands under a root: how many replied, who, and when last. */
export interface Replies {
  readonly count: number;
  readonly users: readonly string[];
  readonly lastTs: string;
}

/** One row of a channel: a message, and whether a day begins or the sender's name may be left out. */
export interface Row {
  readonly message: SandboxMessage;
  readonly newDay: boolean;
  readonly compact: boolean;
  readonly replies: Replies | null;
}

/** Whether a message stands in the channel itself. */
export function isRoot({ ts, threadTs }: SandboxMessage): boolean {
  return threadTs === null || threadTs === ts;
}

/** The rows of a channel, oldest first, with the replies counted under their roots. */
export function channelRows(messages: readonly SandboxMessage[]): Row[] {
  const replies = Map.groupBy(
    messages.filter((message) => !isRoot(message)),
    ({ threadTs }) => threadTs ?? '',
  );
  return rowsOf(messages.filter(isRoot), (ts) => summary(replies.get(ts)));
}

/** The root and the replies of one thread. */
export function threadRows(messages: readonly SandboxMessage[], root: string): Row[] {
  return rowsOf(
    messages.filter(({ ts, threadTs }) => ts === root || threadTs === root),
    () => null,
  );
}

function rowsOf(messages: readonly SandboxMessage[], repliesOf: (ts: string) => Replies | null): Row[] {
  return messages.map((message, i) => {
    const before = messages[i - 1];
    const newDay = !before || dayOf(before) !== dayOf(message);
    return { message, newDay, compact: !newDay && follows(before, message), replies: repliesOf(message.ts) };
  });
}

function follows(before: SandboxMessage, message: SandboxMessage): boolean {
  const near = Number(message.ts) - Number(before.ts) < GROUP_SECONDS;
  const plain = before.blocks.length === 0 && message.blocks.length === 0;
  return near && plain && before.user === message.user && before.ephemeralFor === message.ephemeralFor;
}

function dayOf({ ts }: SandboxMessage): string {
  return isoDay(Number(ts) * 1000, { now: 0 });
}

function summary(replies: readonly SandboxMessage[] | undefined): Replies | null {
  const last = replies?.at(-1);
  if (!replies || !last) return null;
  return { count: replies.length, users: [...new Set(replies.map(({ user }) => user))], lastTs: last.ts };
}
