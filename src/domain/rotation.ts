import type { Actor } from './incident.ts';

/**
 * What a clock on the wall shows, as the epoch ms of the moment at which a clock in UTC shows the same: local days and times can be added
 * and compared where no day has 23 or 25 hours.
 */
export type WallTime = number;

/** A stretch of time in epoch ms: `from` belongs to it, `to` does not. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Who is on call when: at every moment one person, or nobody. */
export interface Rotation {
  readonly name: string;
  /** What people read. */
  readonly title: string;
  /** IANA zone in which its times are told. */
  readonly zone: string;
  /** The first that has somebody decides. Without any, or without people in them, nobody is on call. */
  readonly layers: readonly Layer[];
  /** Whether it is meant that at times nobody is on call: then nobody is warned. */
  readonly mayHaveGaps: boolean;
  /** A calendar whose events say besides who is on call; `null`: none. */
  readonly calendar: CalendarSource | null;
  /** Id of a Slack user group that has whoever is on call; `null`: none. */
  readonly group: string | null;
}

/** Where a calendar is read. */
export interface CalendarSource {
  readonly kind: 'url' | 'file';
  /** A web address, which is a secret: whoever knows it reads the calendar. Or a path. */
  readonly at: string;
  /** Slack user ids by what people are called in it: names, e-mail addresses. */
  readonly people: Readonly<Record<string, string>>;
}

/** People who take turns. Everything in it goes by the clocks on the wall of its zone. */
export interface Layer {
  /** Unique in its rotation. */
  readonly name: string;
  readonly zone: string;
  /** In the order of their turns. */
  readonly seats: readonly Seat[];
  /** Length of a turn by the wall clock, in ms: a day is a day, be it of 23 or 25 hours. */
  readonly turnMs: number;
  /** When the first turn begins; every later one begins a multiple of `turnMs` after it. */
  readonly start: WallTime;
  /** When the layer ends; `null`: never. */
  readonly until: WallTime | null;
  /** When it is on call; empty: always. Turns pass on through the hours between. */
  readonly hours: readonly Hours[];
}

/** A place in the order of turns. The turns that begin within its time are those that the person can get. */
export interface Seat {
  /** A Slack user id. */
  readonly person: string;
  /** `null`: from the beginning of the layer. */
  readonly from: WallTime | null;
  /** `null`: until its end. */
  readonly until: WallTime | null;
}

/** A part of the week by the wall clock. */
export interface Hours {
  /** ISO weekdays on which it begins, 1 is Monday. */
  readonly days: readonly number[];
  /** Minute of the local day at which it begins. */
  readonly from: number;
  /** How long it is, at most a week. */
  readonly minutes: number;
}

/** Somebody is on call for a while whatever the layers say. */
export interface Override extends Span {
  readonly id: string;
  /** The name of the rotation. */
  readonly rotation: string;
  readonly person: string;
  readonly by: Actor;
  /** Where two overlap, the one made later counts. Epoch ms; 0 for what was read from a calendar: people's own are stronger. */
  readonly madeAt: number;
  /** Plain text as somebody typed it; may be empty. */
  readonly note: string;
}

/** Why somebody is on call: a turn of a layer (counted from 0), or an override. */
export type Reason =
  | { readonly kind: 'layer'; readonly layer: string; readonly turn: number }
  | { readonly kind: 'override'; readonly id: string };

/** A stretch of one person for one reason. */
export interface Shift extends Span {
  readonly person: string;
  readonly by: Reason;
}

/** The last hand-off of a rotation that was done. */
export interface Handed {
  /** Epoch ms. */
  readonly at: number;
  /** Who is on call since; `null`: nobody. Where gaps are meant, who was last. */
  readonly to: Actor | null;
  /** Who said "I have it", and when; `null`: nobody yet. */
  readonly received: { readonly by: Actor; readonly at: number } | null;
}
