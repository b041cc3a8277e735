import type { JournalEntry } from '../../sandbox/slack/journal.ts';

/** A message that an app sent or edited, as it reached Slack. */
export interface SlackCall {
  /** Epoch ms of its arrival. */
  readonly at: number;
  readonly method: 'chat.postMessage' | 'chat.update';
  readonly channel: string;
  /** Of the edited message; `null` for a new one. */
  readonly ts: string | null;
  readonly inThread: boolean;
  /** What is read of it: its text, and the titles of its attachments. */
  readonly text: string;
  readonly ok: boolean;
}

/** The messages among the journal's entries, in its order. */
export function callsIn(entries: readonly JournalEntry[]): SlackCall[] {
  return entries.flatMap(({ at, name, args, outcome }) => {
    if (name !== 'chat.postMessage' && name !== 'chat.update') return [];
    return [
      {
        at,
        method: name,
        channel: String(args.channel),
        ts: typeof args.ts === 'string' ? args.ts : null,
        inThread: args.thread_ts !== undefined,
        text: [args.text, ...titlesOf(args.attachments)].filter((one) => typeof one === 'string').join('\n'),
        ok: outcome === 'ok',
      },
    ];
  });
}

function titlesOf(attachments: unknown): unknown[] {
  const list: unknown = typeof attachments === 'string' ? JSON.parse(attachments) : attachments;
  return Array.isArray(list) ? list.map((one: { title?: unknown }) => one.title) : [];
}
