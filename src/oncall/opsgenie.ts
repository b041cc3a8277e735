import { ok, type Result, reject } from '../domain/result.ts';
import type { Layer, Rotation, Seat } from '../domain/rotation.ts';
import { eachItsOwn, entriesOf, type Fields, fieldsOf, momentIn, nameOf, numberIn, textIn } from './foreign.ts';
import type { ImportedSchedule } from './imported.ts';
import { opsgenieHours } from './opsgenie-hours.ts';
import { type People, personCalled, unknownAmong } from './people.ts';
import { united } from './spans.ts';
import { piecesOf } from './turns.ts';
import { momentWords } from './words.ts';
import { isZone, wallOf, wholeMinute } from './zone.ts';

const HOUR_MS = 3_600_000;
const LOOKED_AT_MS = 8 * 7 * 24 * HOUR_MS;
const TURNS: Readonly<Record<string, number>> = { hourly: HOUR_MS, daily: 24 * HOUR_MS, weekly: 7 * 24 * HOUR_MS };

/**
 * A schedule of Opsgenie or Jira Service Management as `GET /v2/schedules/{id}` answers, or the `data` in it. Its rotations become layers of one rotation
 * where they never overlap in eight weeks; else rotations of their own, since Opsgenie has everybody in them on call at once.
 */
export function fromOpsgenie(json: unknown, people: People, now: number): Result<ImportedSchedule> {
  const whole = fieldsOf(json);
  const schedule = 'data' in whole ? fieldsOf(whole.data) : whole;
  const entries = entriesOf(schedule.rotations);
  if (entries.length === 0) {
    const hint = 'Save what GET /v2/schedules/{id} answers; in a list, ask with expand=rotation.';
    return reject('bad_input', 'This is no schedule of Opsgenie: it has no rotations.', hint);
  }
  const zone = textIn(schedule.timezone);
  if (!isZone(zone)) return reject('bad_input', `Opsgenie's time zone "${zone}" is none that is known here.`);

  const title = (textIn(schedule.name) || 'On call').slice(0, 60);
  const names = eachItsOwn(entries.map((entry, i) => nameOf(textIn(entry.name), `layer-${i + 1}`)));
  const read = entries.map((entry, i) => readLayer(entry, names[i] ?? '', { zone, people, now }));
  const layers = read.flatMap(({ layer }) => (layer ? [layer] : []));
  if (layers.length === 0) return reject('bad_input', `No rotation of ${title} can be read, or all of them are over.`);

  const parted = rotationsOf(layers, { name: nameOf(title, 'on-call'), title, zone }, now);
  const isOff = schedule.enabled === false;
  return ok({
    rotations: parted.rotations,
    overrides: [],
    warnings: [
      ...(isOff ? [`${title} is switched off in Opsgenie; here it is on as soon as it stands in a service file.`] : []),
      ...read.flatMap(({ warnings }) => warnings),
      ...parted.warnings,
    ],
    unknownPeople: unknownAmong(
      people,
      layers.flatMap(({ seats }) => seats),
    ),
  });
}

interface Setting {
  readonly zone: string;
  readonly people: People;
  readonly now: number;
}

function readLayer(
  entry: Fields,
  name: string,
  { zone, people, now }: Setting,
): { readonly layer: Layer | null; readonly warnings: readonly string[] } {
  const leftOut = (why: string) => ({ layer: null, warnings: [`Rotation ${name} was left out: ${why}.`] });
  const start = momentIn(entry.startDate);
  const end = momentIn(entry.endDate);
  const turnMs = (TURNS[textIn(entry.type)] ?? 0) * (numberIn(entry.length) ?? 1);
  if (start === null) return leftOut('it does not say when it begins');
  if (end !== null && end <= now) return leftOut(`it ended on ${momentWords(zone, end)}`);
  if (turnMs <= 0 || turnMs % HOUR_MS !== 0)
    return leftOut(`its turns ("${textIn(entry.type)}") are none that are known here`);
  const { seats, warnings } = seatsOf(entry, people);
  if (seats.length === 0) return leftOut('no person is in it');

  const hours = opsgenieHours(entry.timeRestriction);
  const layer: Layer = {
    ...{ name, zone, seats, turnMs, hours: hours.hours },
    start: wholeMinute(wallOf(zone, start)),
    until: end === null ? null : wholeMinute(wallOf(zone, end)),
  };
  return { layer, warnings: [...warnings, ...hours.warnings].map((words) => `Rotation ${name}: ${words}`) };
}

function seatsOf(entry: Fields, people: People): { readonly seats: Seat[]; readonly warnings: string[] } {
  const participants = entriesOf(entry.participants);
  const isPerson = (one: Fields) => textIn(one.type) === 'user';
  const seats = participants.filter(isPerson).flatMap((one) => {
    const names = [one.username, one.fullName, one.name, one.id].map(textIn).filter((name) => name !== '');
    const person = personCalled(people, names) ?? names[0];
    return person === undefined ? [] : [{ person, from: null, until: null }];
  });
  const others = participants.filter((one) => !isPerson(one)).map((one) => textIn(one.type) || 'something else');
  const words = `${[...new Set(others)].join(', ')} among those who take turns cannot be: only people can. The turns of the others move up; write who is meant.`;
  return { seats, warnings: others.length === 0 ? [] : [words] };
}

type Heading = Pick<Rotation, 'name' | 'title' | 'zone'>;

function rotationsOf(
  layers: readonly Layer[],
  heading: Heading,
  now: number,
): { readonly rotations: Rotation[]; readonly warnings: string[] } {
  const alone = { calendar: null, group: null };
  if (!doOverlap(layers, now))
    return { rotations: [{ ...heading, layers, mayHaveGaps: false, ...alone }], warnings: [] };
  const names = eachItsOwn(layers.map(({ name }) => nameOf(`${heading.name}-${name}`, name)));
  const rotations = layers.map((layer, i) => ({
    ...{ name: names[i] ?? layer.name, title: `${heading.title}: ${layer.name}`.slice(0, 60), zone: heading.zone },
    ...{ layers: [layer], mayHaveGaps: true, ...alone }, // what the others cover is no gap
  }));
  const words = `The rotations of ${heading.title} overlap, and Opsgenie has everybody in them on call at once. Here one person of a rotation is, so each became a rotation of its own (${names.join(', ')}) that may have gaps: name them together in the policy.`;
  return { rotations, warnings: [words] };
}

/** Whether two of them are on call at once within eight weeks. */
function doOverlap(layers: readonly Layer[], now: number): boolean {
  const pieces = layers.map((layer) => united(piecesOf(layer, { from: now, to: now + LOOKED_AT_MS })));
  const lengthOf = (spans: readonly { from: number; to: number }[]) =>
    spans.reduce((sum, { from, to }) => sum + to - from, 0);
  return lengthOf(united(pieces.flat())) < lengthOf(pieces.flat());
}
