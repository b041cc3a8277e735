import type { Actor } from './incident.ts';

/** Something that must be done by a time, also after the incident is over: a follow-up, a retraining. Times are epoch ms. */
export interface Deadline {
  /** Of one incident: `1` is the first. */
  readonly id: string;
  /** Plain text as somebody typed it, or as the rule has it. */
  readonly text: string;
  readonly owner: Actor | null;
  readonly due: number;
  readonly by: Actor;
  /** How often its owner was reminded, and when last. */
  readonly reminders: number;
  readonly remindedAt: number | null;
  readonly done: { readonly by: Actor; readonly at: number } | null;
}

/** What happens to deadlines. */
export type DeadlineEvent =
  | {
      readonly type: 'deadline_set';
      readonly at: number;
      readonly by: Actor;
      readonly id: string;
      readonly text: string;
      readonly owner: Actor | null;
      readonly due: number;
    }
  /** Another owner, or another time. */
  | {
      readonly type: 'deadline_changed';
      readonly at: number;
      readonly by: Actor;
      readonly id: string;
      readonly owner: Actor | null;
      readonly due: number;
    }
  | {
      readonly type: 'deadline_done';
      readonly at: number;
      readonly by: Actor;
      readonly id: string;
      readonly isDone: boolean;
    }
  /** Its owner (or, where it has none, the channel) is reminded. `count` is 1 the first time. */
  | { readonly type: 'deadline_reminded'; readonly at: number; readonly id: string; readonly count: number };

/** The deadlines after one of these events. Total and silent, as `apply` is. */
export function withDeadline(deadlines: readonly Deadline[], event: DeadlineEvent): readonly Deadline[] {
  if (event.type === 'deadline_set') {
    const { id, text, owner, due, by } = event;
    return [...deadlines, { id, text, owner, due, by, reminders: 0, remindedAt: null, done: null }];
  }
  return deadlines.map((one) => (one.id === event.id ? changed(one, event) : one));
}

/** Another time is reminded of anew. */
function changed(deadline: Deadline, event: Exclude<DeadlineEvent, { type: 'deadline_set' }>): Deadline {
  switch (event.type) {
    case 'deadline_changed': {
      const { owner, due } = event;
      return due === deadline.due
        ? { ...deadline, owner }
        : { ...deadline, owner, due, reminders: 0, remindedAt: null };
    }
    case 'deadline_done':
      return { ...deadline, done: event.isDone ? { by: event.by, at: event.at } : null };
    case 'deadline_reminded':
      return { ...deadline, reminders: event.count, remindedAt: event.at };
  }
}
