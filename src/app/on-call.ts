import type { Actor } from '../domain/incident.ts';
import type { Result } from '../domain/result.ts';
import type { Override, Rotation, Span } from '../domain/rotation.ts';
import type { CoverRequest, Taken } from '../oncall/cover.ts';
import type { GapWarning } from '../oncall/gap-warnings.ts';
import type { HandOffSummary } from '../oncall/hand-off.ts';

export type { CoverRequest, GapWarning, HandOffSummary, Taken };

/**
 * Who is on call, and all that people may change about it. A rotation is called `<service>/<name>`, see `rotationName`. Every function throws
 * `TransientError` when Redis is away: nobody is told that somebody is on call who may not be. Refusals are words for whoever asked.
 */
export interface OnCall {
  /** Who has a rotation of a service at this moment, by what is true now. `null`: nobody, or there is no such rotation. */
  who(service: string, rotation: string): Promise<Actor | null>;
  /** Every rotation of a service, or of all services, as it is now. */
  standing(service?: string): Promise<readonly Standing[]>;
  /** Puts somebody on call for a while. The same id again answers what came of it the first time. */
  override(rotation: string, wish: OverrideWish): Promise<Result<Override>>;
  /** Ends an override now, or takes it away before it has begun. Answers it as it was. */
  takeBack(rotation: string, id: string, by: Actor): Promise<Result<Override>>;
  /** Asks the others to take the shifts that `by` has in the time. The same id again answers the same request. */
  askCover(rotation: string, wish: CoverWish): Promise<Result<CoverRequest>>;
  /** `by` takes what is still to come of a request. Of two who press at once one is on call; the other is told who. */
  takeCover(rotation: string, id: string, by: Actor): Promise<Result<Taken>>;
  /** Only who has asked may. */
  withdrawCover(rotation: string, id: string, by: Actor): Promise<Result<CoverRequest>>;
  /** Whoever is on call hands over right now, until their shift would have ended. */
  handOver(rotation: string, wish: HandOverWish): Promise<Result<Override>>;
  /** "I have it": the receiver of the hand-off at `at` (epoch ms) says so, and is not reminded. */
  received(rotation: string, at: number, by: Actor): Promise<Result<Received>>;
  /** The secret in the addresses of a person's calendars, made at the first call: see `calendarPath`. */
  calendarKey(person: Actor): Promise<string>;
  /** From now on their addresses are answered as unknown; the next `calendarKey` makes another. `false`: there was none. */
  revokeCalendarKey(person: Actor): Promise<boolean>;
}

/** Times are epoch ms. `id` comes from the request of Slack that it is for, so that a repetition changes nothing. */
export interface OverrideWish extends Span {
  readonly id: string;
  readonly person: Actor;
  readonly by: Actor;
  readonly note: string;
}

export interface CoverWish extends Span {
  readonly id: string;
  readonly by: Actor;
  readonly note: string;
}

export interface HandOverWish {
  readonly id: string;
  readonly by: Actor;
  readonly to: Actor;
  readonly note: string;
}

/** That somebody has said "I have it", the first time that they did. */
export interface Received {
  readonly by: Actor;
  readonly at: number;
}

/** One rotation as it is now. Times are epoch ms. */
export interface Standing {
  readonly service: string;
  /** `<service>/<name>`. */
  readonly rotation: string;
  readonly title: string;
  /** In which its times are told. */
  readonly zone: string;
  /** `null`: nobody is on call. */
  readonly person: Actor | null;
  /** Since when it is so; `null`: for more than 400 days. */
  readonly since: number | null;
  /** Until when; `null`: for more than 400 days. */
  readonly until: number | null;
  /** Who comes then; `null`: nobody, or it is not known. */
  readonly next: Actor | null;
  /** When `person` said "I have it"; `null`: not yet, or nobody had to. */
  readonly receivedAt: number | null;
  /** That begin within seven days, or have begun. */
  readonly gaps: readonly GapWarning[];
  /** Cover requests that nobody has taken and that are not over. */
  readonly covers: readonly CoverRequest[];
  /** Those that people made and that are not over, the next one first. */
  readonly overrides: readonly Override[];
  /** The calendar that it reads; `null`: none. */
  readonly calendar: CalendarState | null;
}

/** What is known of a calendar that a rotation reads. */
export interface CalendarState {
  /** When it was last read whole, epoch ms; `null`: never. What it said then still counts. */
  readonly readAt: number | null;
  /** Why it could not be read since, or what of it was left out, one sentence each. */
  readonly trouble: readonly string[];
}

/** Somebody else is on call: what a message says of it. */
export interface HandOffNotice {
  /** The same whenever the same is told again after a crash or a failure: so that it is posted once. */
  readonly id: string;
  /** `reminder`: nobody said "I have it" within half an hour; for `summary.from` and `summary.to`, once. */
  readonly kind: 'hand-off' | 'reminder';
  readonly service: string;
  readonly rotation: Rotation;
  /** Where `to` is `null`, nobody is on call: a warning. */
  readonly summary: HandOffSummary;
}

/** Nobody will be on call for a while: what a warning says of it. */
export interface GapNotice {
  /** The same whenever the same is told again after a crash or a failure. */
  readonly id: string;
  readonly service: string;
  readonly rotation: Rotation;
  readonly warning: GapWarning;
}

/** What a rotation of a service file is called wherever those of several files meet. */
export function rotationName(service: string, name: string): string {
  return `${service}/${name}`;
}

/** The path of a rotation's calendar below the address of Tocsin; `mine`: only the shifts of whom the key belongs to. */
export function calendarPath(rotation: string, key: string, { mine }: { readonly mine: boolean }): string {
  const [service = '', name = ''] = rotation.split('/').map(encodeURIComponent);
  return `/oncall/${service}/${name}.ics?key=${encodeURIComponent(key)}${mine ? '&me=1' : ''}`;
}
