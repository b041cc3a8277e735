import { useRef } from 'react';
import type { SandboxState } from '../../api.ts';
import { isRoot } from '../channel/history.ts';

/**
 * How many messages of others are unread, by channel, for the person who is looking. What was there when the page opened counts
 * as read, and so does everything in the channel `at`.
 */
export function useUnread(
  { me, messages }: Pick<SandboxState, 'me' | 'messages'>,
  at: string,
): ReadonlyMap<string, number> {
  const read = useRef(new Map<string, string>());
  const begun = useRef(new Set<string>());
  const unread = new Map<string, number>();
  for (const [channel, list] of Object.entries(messages)) {
    const key = `${me.id} ${channel}`;
    if (!begun.current.has(me.id) || channel === at) read.current.set(key, list.at(-1)?.ts ?? '');
    const last = Number(read.current.get(key) ?? 0);
    unread.set(channel, list.filter((one) => Number(one.ts) > last && one.user !== me.id && isRoot(one)).length);
  }
  begun.current.add(me.id);
  return unread;
}

/**
 * How many direct messages of the app nobody has looked at, by person. What was there when the page opened counts as read, and so does
 * everything while one acts as that person: it is on their sidebar then.
 */
export function useUnreadOfOthers({ me, users }: Pick<SandboxState, 'me' | 'users'>): ReadonlyMap<string, number> {
  const read = useRef(new Map<string, number>());
  const unread = new Map<string, number>();
  for (const { id, dm } of users) {
    if (id === me.id || !read.current.has(id)) read.current.set(id, dm.messages);
    const count = dm.messages - (read.current.get(id) ?? 0);
    if (count > 0) unread.set(id, count);
  }
  return unread;
}
