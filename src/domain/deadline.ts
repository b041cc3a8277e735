import type { Limit } from './grading.ts';
import type { Actor } from './incident.ts';

/** Something that must be done by a time, also after the incident is over: a follow-up, a retraining. Times are epoch ms. */
export interface Deadline {
  /** Of one incident: `1` is the first. */
  readonly id: string;
  /** Plain text as somebody typed it, or as the rule has it. */
  readonly text: string;
  readonly owner: Actor | null;
  readonly due: number;
  /** Since when it is due then: half of a short time is counted from here. */
  readonly since: number;
  readonly by: Actor;
  /** What an alarm rule advised it for; `null`: a person wrote it. */
  readonly from: Advised | null;
  /** The place of the newest reminder that was given, see `remindersOf`; 0: none. And when it was. */
  readonly reminders: number;
  readonly remindedAt: number | null;
  readonly done: { readonly by: Actor; readonly at: number } | null;
}

/** The grade of an alarm rule that advised something. */
export interface Advised {
  readonly rule: string;
  readonly reached: Limit;
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
      /** Absent where a person wrote it. */
      readonly from?: Advised;
    }
  /** Another owner, or another time. `text` and `from`: a worse grade of the same rule advises something else, sooner. */
  | {
      readonly type: 'deadline_changed';
      readonly at: number;
      readonly by: Actor;
      readonly id: string;
      readonly owner: Actor | null;
      readonly due: number;
      readonly text?: string;
      readonly from?: Advised;
    }
  | {
      readonly type: 'deadline_done';
      readonly at: number;
      readonly by: Actor;
      readonly id: string;
      readonly isDone: boolean;
    }
  /** Somebody is reminded: `to` is the owner then, `null` the channel. `count` is the place of the reminder, see `remindersOf`. */
  | {
      readonly type: 'deadline_reminded';
      readonly at: number;
      readonly id: string;
      readonly count: number;
      readonly to: Actor | null;
    };

/** The deadlines after one of these events. Total and silent, as `apply` is. */
export function withDeadline(deadlines: readonly Deadline[], event: DeadlineEvent): readonly Deadline[] {
  if (event.type === 'deadline_set') {
    const { id, text, owner, due, by, at, from = null } = event;
    return [...deadlines, { id, text, owner, due, since: at, by, from, reminders: 0, remindedAt: null, done: null }];
  }
  return deadlines.map((one) => (one.id === event.id ? changed(one, event) : one));
}

/** Another time is reminded of anew. */
function changed(deadline: Deadline, event: Exclude<DeadlineEvent, { type: 'deadline_set' }>): Deadline {
  switch (event.type) {
    case 'deadline_changed': {
      const { owner, due, at, text = deadline.text, from = deadline.from } = event;
      const is = { ...deadline, owner, text, from };
      return due === deadline.due ? is : { ...is, due, since: at, reminders: 0, remindedAt: null };
    }
    case 'deadline_done':
      return { ...deadline, done: event.isDone ? { by: event.by, at: event.at } : null };
    case 'deadline_reminded':
      return { ...deadline, reminders: event.count, remindedAt: event.at };
  }
}

/** An open deadline of one owner (`null`: of nobody) that came, moved or is theirs no more. */
export interface MovedDeadline {
  readonly owner: Actor | null;
  /** `INC-7/1` */
  readonly id: string;
  /** Epoch ms; `null`: it is done, or somebody else's. */
  readonly due: number | null;
}

type Holder = { readonly id: string; readonly deadlines: readonly Deadline[] };

/** What has changed between two states of an incident on the lists of what people have to do. */
export function deadlinesMoved(before: Holder | null, after: Holder): MovedDeadline[] {
  const was = before ? openDeadlines(before) : [];
  const is = openDeadlines(after);
  const id = (one: Deadline) => `${after.id}/${one.id}`;
  const gone = was.filter((old) => !is.some((one) => one.id === old.id && one.owner === old.owner));
  const moved = is.filter(
    (one) => !was.some((old) => old.id === one.id && old.owner === one.owner && old.due === one.due),
  );
  return [
    ...gone.map((one) => ({ owner: one.owner, id: id(one), due: null })),
    ...moved.map((one) => ({ owner: one.owner, id: id(one), due: one.due })),
  ];
}

/** Those that nobody has done. */
export function openDeadlines({ deadlines }: { readonly deadlines: readonly Deadline[] }): Deadline[] {
  return deadlines.filter(({ done }) => done === null);
}
