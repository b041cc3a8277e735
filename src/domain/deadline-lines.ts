import { localDay } from './calendar.ts';
import { timeOf } from './escalation-hours.ts';
import type { Actor } from './incident.ts';
import type { Calendar } from './service.ts';

/** Something to do after an incident, as a line says it. `due` in epoch ms. */
export interface FollowUp {
  readonly text: string;
  readonly owner: Actor | null;
  readonly due: number;
}

/** Who and when, where a line does not say it. */
export interface LineContext {
  readonly owner: Actor;
  readonly now: number;
  /** What is due on a day is due an hour before its working day ends, so that its reminder comes on that day; `null`: at 16:00 UTC. */
  readonly calendar: Calendar | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What has no date is due in a week. */
const DEFAULT_MS = 7 * DAY_MS;
const LONGEST_MS = 120 * DAY_MS;
const LINE_READ = 1_000;
const TEXT_KEPT = 300;
const UTC: Calendar = { zone: 'UTC', days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60, holidays: [] };

/** Each line that says something to do. `none` and its like say that there is nothing. */
export function followUpsIn(text: string, context: LineContext): FollowUp[] {
  return text
    .split(/\r?\n/)
    .map((line) => followUpIn(line, context))
    .filter((one) => one.text !== '' && !NOTHING.test(one.text));
}

const NOTHING = /^(?:none|nothing|no|nil|n\/?a|no follow-?ups?|[-–—.?]+)[.!]?$/i;

/**
 * A line that may end with who does it and by when, in any order: `Alarm on memory @ana by 2026-12-01`, `load test in 3d`. People are
 * known by their Slack id (`<@U…>`, as Slack sends a mention). What cannot be read as one of these stays in the text, and so does a day
 * that is over. What is due later than 120 days is due then.
 */
export function followUpIn(line: string, context: LineContext): FollowUp {
  const whole = line.slice(0, LINE_READ).replace(BULLET, '').trim();
  const first = ownerAtEnd(whole, context);
  const date = dueAtEnd(first?.rest ?? whole, context);
  const who = first ?? (date && ownerAtEnd(date.rest, context));
  const text = (who !== first ? who?.rest : undefined) ?? date?.rest ?? first?.rest ?? whole;
  return {
    text: clip(text === whole ? text : text.replace(LOOSE_END, '').trim()),
    owner: who ? who.owner : context.owner,
    due: Math.min(date?.due ?? context.now + DEFAULT_MS, context.now + LONGEST_MS),
  };
}

const BULLET = /^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+|\[[ xX]?\]\s*|[☐☑]\s*)+/u;
/** What stood between the text and what was read off its end. */
const LOOSE_END = /(?:[\s,;:–-]|\s(?:by|for))+$/i;

function clip(text: string): string {
  return text.length > TEXT_KEPT ? `${text.slice(0, TEXT_KEPT - 1)}…`.toWellFormed() : text;
}

const OWNER =
  /^(?<rest>.*?)(?:^|[\s,;(])(?:by\s+)?(?:<@(?<mention>[UW][A-Z0-9]{1,30})(?:\|[^>]*)?>|@(?<id>[UW][A-Z0-9]{6,30})|@(?<word>me|nobody))[).,;]*$/is;

function ownerAtEnd(text: string, context: LineContext): { rest: string; owner: Actor | null } | null {
  const found = OWNER.exec(text)?.groups;
  if (!found) return null;
  const { rest = '', mention, id, word } = found;
  const named = mention ?? id?.toUpperCase();
  return { rest: rest.trim(), owner: named ?? (word?.toLowerCase() === 'me' ? context.owner : null) };
}

const DUE =
  /^(?<rest>.*?)(?:^|[\s,;(])(?:(?:due|by|until|before|on)\s+)*(?:(?<day>\d{4}-\d{2}-\d{2})|(?:in|within)\s+(?<count>\d{1,4})\s*(?<unit>h|hours?|d|days?|w|weeks?)|(?<word>tomorrow|today)|(?<=\b(?:by|until|before|on)\s+)(?<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday))[).,;]*$/is;

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const UNITS: Readonly<Record<string, number>> = { h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };

function dueAtEnd(text: string, { now, calendar }: LineContext): { rest: string; due: number } | null {
  const found = DUE.exec(text)?.groups;
  if (!found) return null;
  const { rest = '', day, count, unit, word, weekday } = found;
  const due = count ? now + Number(count) * (UNITS[unit?.charAt(0).toLowerCase() ?? ''] ?? 0) : null;
  const at = due ?? dueOn(calendar ?? UTC, dayOf(calendar ?? UTC, now, { day, word, weekday }));
  return at !== null && at > now ? { rest: rest.trim(), due: at } : null;
}

interface DayWords {
  readonly day: string | undefined;
  readonly word: string | undefined;
  readonly weekday: string | undefined;
}

/** A local day as its midnight in UTC; `null` where there is no such day. */
function dayOf(calendar: Calendar, now: number, { day, word, weekday }: DayWords): number | null {
  if (day !== undefined) {
    const at = Date.parse(`${day}T00:00:00Z`);
    return Number.isFinite(at) && new Date(at).toISOString().startsWith(day) ? at : null;
  }
  const today = localDay(calendar, now);
  if (word !== undefined) return word.toLowerCase() === 'today' ? today : today + DAY_MS;
  const ahead = (WEEKDAYS.indexOf(weekday?.toLowerCase() ?? '') - new Date(today).getUTCDay() + 7) % 7;
  return today + (ahead || 7) * DAY_MS;
}

function dueOn(calendar: Calendar, day: number | null): number | null {
  return day === null ? null : timeOf(calendar, day, Math.max(calendar.from, calendar.to - 60));
}
