import { TOCSIN } from '../domain/incident.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import type { Layer, Override, Rotation, Seat } from '../domain/rotation.ts';
import { eachItsOwn, entriesOf, type Fields, fieldsOf, momentIn, nameOf, numberIn, textIn } from './foreign.ts';
import type { ImportedSchedule } from './imported.ts';
import { pagerDutyHours } from './pagerduty-hours.ts';
import { orderOf } from './pagerduty-order.ts';
import { personOf } from './pagerduty-person.ts';
import { type People, unknownAmong } from './people.ts';
import { turnAt } from './turns.ts';
import { momentWords } from './words.ts';
import { isZone, wallOf, wholeMinute } from './zone.ts';

const HOUR_S = 3_600;

/**
 * A schedule of PagerDuty as `GET /schedules/{id}` answers, or the `schedule` in it, as a rotation. Turns keep their places: whoever is on
 * call there is on call here. With `since` and `until` in the request the answer says which layer is the stronger one, and its overrides.
 */
export function fromPagerDuty(json: unknown, people: People, now: number): Result<ImportedSchedule> {
  const whole = fieldsOf(json);
  const schedule = 'schedule' in whole ? fieldsOf(whole.schedule) : whole;
  const entries = entriesOf(schedule.schedule_layers);
  if (entries.length === 0) {
    const hint =
      'Save what GET https://api.pagerduty.com/schedules/{id} answers; a list of schedules lacks the layers.';
    return reject('bad_input', 'This is no schedule of PagerDuty: it has no schedule_layers.', hint);
  }
  const zone = textIn(schedule.time_zone);
  if (!isZone(zone)) return reject('bad_input', `PagerDuty's time zone "${zone}" is none that is known here.`);

  const title = textIn(schedule.name) || 'On call';
  const name = nameOf(title, 'on-call');
  const names = eachItsOwn(entries.map((entry, i) => nameOf(textIn(entry.name), `layer-${i + 1}`)));
  const read = entries.map((entry, i) => readLayer(entry, names[i] ?? '', { zone, people, now }));
  const layers = read.flatMap(({ layer }) => (layer ? [layer] : []));
  if (layers.length === 0) return reject('bad_input', `No layer of ${title} can be read, or all of them are over.`);

  const order = orderOf(layers, entriesOf(fieldsOf(schedule.final_schedule).rendered_schedule_entries), people, now);
  const heading = { name, title: title.slice(0, 60), zone };
  const rotation: Rotation = { ...heading, layers: order.layers, mayHaveGaps: false, calendar: null, group: null };
  const overrides = overridesOf(schedule, name, people, now);
  return ok({
    rotations: [rotation],
    overrides,
    warnings: [...read.flatMap(({ warnings }) => warnings), ...order.warnings],
    unknownPeople: unknownAmong(people, [...layers.flatMap(({ seats }) => seats), ...overrides]),
  });
}

interface Setting {
  readonly zone: string;
  readonly people: People;
  readonly now: number;
}

interface ReadLayer {
  readonly layer: Layer | null;
  readonly warnings: readonly string[];
}

function readLayer(entry: Fields, name: string, { zone, people, now }: Setting): ReadLayer {
  const leftOut = (why: string) => ({ layer: null, warnings: [`Layer ${name} was left out: ${why}.`] });
  const start = momentIn(entry.start);
  const virtualStart = momentIn(entry.rotation_virtual_start) ?? start;
  const end = momentIn(entry.end);
  const seconds = numberIn(entry.rotation_turn_length_seconds);
  if (start === null || virtualStart === null) return leftOut('it does not say when it begins');
  if (end !== null && end <= now) return leftOut(`it ended on ${momentWords(zone, end)}`);
  if (seconds === null || seconds <= 0 || seconds % HOUR_S !== 0) return leftOut('its turns are not whole hours long');
  const seats = seatsOf(entry, people);
  if (seats.length === 0) return leftOut('nobody is in it');

  const hours = pagerDutyHours(entry.restrictions);
  const layer: Layer = {
    ...{ name, zone, seats, turnMs: seconds * 1_000, hours: hours.hours },
    start: wholeMinute(wallOf(zone, virtualStart)),
    until: end === null ? null : wholeMinute(wallOf(zone, end)),
  };
  const begun = startingAt(layer, start, now);
  const warnings = [...hours.warnings, ...begun.warnings].map((words) => `Layer ${name}: ${words}`);
  return { layer: begun.layer, warnings };
}

/** PagerDuty counts turns from one time and begins at another. What has begun needs only the first; else the turns before it fall away. */
function startingAt(layer: Layer, start: number, now: number): { readonly layer: Layer; readonly warnings: string[] } {
  const turn = start <= now ? 0 : (turnAt({ ...layer, until: null }, start) ?? 0);
  if (turn === 0) return { layer, warnings: [] };
  const from = turn % layer.seats.length;
  const later: Layer = {
    ...layer,
    start: layer.start + turn * layer.turnMs,
    seats: [...layer.seats.slice(from), ...layer.seats.slice(0, from)],
  };
  const isWhole = wholeMinute(wallOf(layer.zone, start)) === later.start;
  const warnings = `it begins in the middle of a turn there, on ${momentWords(layer.zone, start)}; here the whole turn counts.`;
  return { layer: later, warnings: isWhole ? [] : [warnings] };
}

function seatsOf(entry: Fields, people: People): Seat[] {
  return entriesOf(entry.users).flatMap((one) => {
    const person = personOf(fieldsOf('user' in one ? one.user : one), people);
    return person === '' ? [] : [{ person, from: null, until: null }];
  });
}

/** Overrides that PagerDuty has rendered and that are not over. */
function overridesOf(schedule: Fields, rotation: string, people: People, now: number): Override[] {
  const entries = entriesOf(fieldsOf(schedule.overrides_subschedule).rendered_schedule_entries);
  return entries.flatMap((entry, i) => {
    const [from, to] = [momentIn(entry.start), momentIn(entry.end)];
    const person = personOf(fieldsOf(entry.user), people);
    if (from === null || to === null || from >= to || to <= now || person === '') return [];
    const id = `pagerduty:${textIn(entry.id) || i + 1}:${from}`;
    return [{ id, rotation, person, by: TOCSIN, from, to, madeAt: now, note: 'From PagerDuty' }];
  });
}
