import type { Layer, Rotation, Seat } from '../domain/rotation.ts';
import { firstTurnFrom } from './roster.ts';
import { gaps, shifts } from './shifts.ts';
import { endOf, piecesOf, turnStart } from './turns.ts';
import { momentWords, spanWords } from './words.ts';

/** How far a rotation is looked at. */
const LOOKED_AT_MS = 8 * 7 * 86_400_000;

/** One thing that is wrong or odd, at a place in the entry of the rotation in the service file, such as `['layers', 0, 'members', 1]`. */
export interface RotationFinding {
  readonly path: readonly PropertyKey[];
  readonly words: string;
}

/** What a rotation says that no schema can judge: `errors` keep it from being used, `warnings` are probably not meant. */
export interface RotationLint {
  readonly errors: readonly RotationFinding[];
  readonly warnings: readonly RotationFinding[];
}

/** What is known besides the file. */
export interface Surroundings {
  /** Epoch ms. What is looked at begins here, or when the rotation does. */
  readonly now: number;
  /** Slack user ids that there are; `null`: nobody could tell. */
  readonly people: ReadonlySet<string> | null;
}

/** Looks at how the parts of one rotation fit together, and at its next eight weeks. */
export function lintRotation(rotation: Rotation, { now, people }: Surroundings): RotationLint {
  const { layers } = rotation;
  return {
    errors: [...namedTwice(layers), ...layers.flatMap(endsBeforeItBegins)],
    warnings: [
      ...layers.flatMap((layer, i) => [
        ...twiceInTurn(layer, i),
        ...unknownPeople(layer, i, people),
        ...leaveMidTurn(layer, i),
        ...neverOnCall(rotation, layer, i, now),
      ]),
      ...withoutAnybody(rotation, now),
    ],
  };
}

function namedTwice(layers: readonly Layer[]): RotationFinding[] {
  const names = layers.map(({ name }) => name);
  return names.flatMap((name, i) => {
    const words = `Another layer of this rotation is called ${name}: nobody could tell which one put somebody on call. Give it a name of its own`;
    return names.indexOf(name) < i ? [{ path: ['layers', i, 'name'], words }] : [];
  });
}

function endsBeforeItBegins({ until, start }: Layer, i: number): RotationFinding[] {
  if (until === null || until > start) return [];
  return [{ path: ['layers', i, 'until'], words: 'The layer ends before it begins: write a later `until`' }];
}

function twiceInTurn({ seats }: Layer, i: number): RotationFinding[] {
  return seats.flatMap((seat, j) => {
    const words = `${seat.person} is in this layer twice at the same time, and has two turns in each round. Keep one, unless that is meant`;
    const isAgain = seats.slice(0, j).some((other) => other.person === seat.person && overlap(other, seat));
    return isAgain ? [{ path: ['layers', i, 'members', j], words }] : [];
  });
}

function overlap(a: Seat, b: Seat): boolean {
  const begin = Math.max(a.from ?? -Infinity, b.from ?? -Infinity);
  return begin < Math.min(a.until ?? Infinity, b.until ?? Infinity);
}

function unknownPeople({ seats }: Layer, i: number, people: Surroundings['people']): RotationFinding[] {
  return seats.flatMap(({ person }, j) => {
    const words = `Slack knows nobody with the id ${person}: nobody would be told in their turns. Take the id from their profile, "Copy member ID"`;
    return people === null || people.has(person) ? [] : [{ path: ['layers', i, 'members', j], words }];
  });
}

/** Who has begun a turn ends it. */
function leaveMidTurn(layer: Layer, i: number): RotationFinding[] {
  return layer.seats.flatMap(({ person, from, until }, j) => {
    if (until === null || until <= Math.max(layer.start, from ?? layer.start)) return [];
    const late = layer.start + firstTurnFrom(layer, until) * layer.turnMs - until;
    if (late === 0) return [];
    const words = `The turn that ${person} may have then lasts longer, and they stay until its end. Write the time of a hand-off, or override the rest of the turn`;
    return [{ path: ['layers', i, 'members', j, 'until'], words }];
  });
}

function neverOnCall(rotation: Rotation, layer: Layer, i: number, now: number): RotationFinding[] {
  if (layer.seats.length === 0) {
    const words =
      'This layer names nobody: set the environment variables in it to Slack user ids, or write the ids themselves';
    return namesNobody(rotation) ? [] : [{ path: ['layers', i, 'members'], words }];
  }
  if (layer.until !== null && layer.until <= layer.start) return []; // said already, as an error
  if (endOf(layer) <= now) return [{ path: ['layers', i, 'until'], words: 'The layer is over: take it out' }];
  const from = Math.max(now, turnStart(layer, 0));
  const bounds = { from, to: from + LOOKED_AT_MS };
  if (piecesOf(layer, bounds).length === 0) {
    const words =
      'This layer puts nobody on call in eight weeks: look at its hours, its end and the times of its members';
    return [{ path: ['layers', i], words }];
  }
  const decides = shifts(rotation, [], bounds.from, bounds.to).some(
    ({ by }) => by.kind === 'layer' && by.layer === layer.name,
  );
  const words =
    'This layer never decides in eight weeks: those above it always have somebody. Move it up, or give those above it hours';
  return decides ? [] : [{ path: ['layers', i], words }];
}

function namesNobody({ layers }: Rotation): boolean {
  return layers.every(({ seats }) => seats.length === 0);
}

/** What a calendar says is not in the file: it may fill every gap. */
function withoutAnybody(rotation: Rotation, now: number): RotationFinding[] {
  if (rotation.calendar !== null) return [];
  if (namesNobody(rotation)) {
    const words =
      'Nobody is ever on call: no layer names anybody. Set the environment variables in them to Slack user ids, or write the ids themselves';
    return [{ path: ['layers'], words }];
  }
  if (rotation.mayHaveGaps) return [];
  const begins = Math.min(...rotation.layers.map((layer) => turnStart(layer, 0)));
  return [...notBegun(rotation, begins, now), ...gapsFrom(rotation, Math.max(now, begins))];
}

/** What begins soon is prepared; what begins in months may be a slip of the year. */
function notBegun({ zone }: Rotation, begins: number, now: number): RotationFinding[] {
  if (begins <= now + LOOKED_AT_MS) return [];
  const words = `Nobody is on call before ${momentWords(zone, begins)} (${zone}), when the first turn begins. Write an earlier \`start\`, unless that is meant`;
  return [{ path: ['layers'], words }];
}

function gapsFrom(rotation: Rotation, from: number): RotationFinding[] {
  const [first, ...more] = gaps(rotation, [], from, from + LOOKED_AT_MS);
  if (!first) return [];
  const others = more.length === 0 ? '' : `, and ${more.length} more times in eight weeks`;
  const words = `Nobody is on call from ${spanWords(rotation.zone, first)}${others}. Add a layer for these times, or write \`gaps: allowed\` if that is meant`;
  return [{ path: ['layers'], words }];
}
