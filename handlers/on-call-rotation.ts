import { rotationName } from '../src/app/on-call.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import type { Rotation } from '../src/domain/rotation.ts';
import type { Service } from '../src/domain/service.ts';
import { beginsTime } from '../src/oncall/said-time.ts';

/** A rotation that somebody can mean. */
export interface Meant {
  readonly service: Service;
  /** Its name is `<service>/<name>`. */
  readonly rotation: Rotation;
}

/** All rotations of all services, in the order of the files. */
export function rotationsOf(services: readonly Service[]): Meant[] {
  return services.flatMap((service) =>
    Object.values(service.rotations).map((rotation) => ({
      service,
      rotation: { ...rotation, name: rotationName(service.name, rotation.name) },
    })),
  );
}

/** The rotation that a button or a form carries. It may be gone from the files since. */
export function rotationNamed(services: readonly Service[], name: string): Result<Meant> {
  const found = rotationsOf(services).find(({ rotation }) => rotation.name === name);
  return found
    ? ok(found)
    : reject('not_found', `There is no rotation ${name} any more.`, 'See those there are: /incident oncall');
}

const NAMED = 8;

/** The rotation that is meant by `service` or `service/rotation`, or, where neither is said, by the channel; never guessed among several. */
export function whichRotation(
  services: readonly Service[],
  {
    named,
    channel,
    asking,
  }: { readonly named: string | null; readonly channel: string | null; readonly asking: string },
): Result<Meant> {
  const all = rotationsOf(services);
  if (all.length === 0) return noRotation();
  const fitting = named === null ? nearest(all, channel) : all.filter((one) => isCalled(one, named));
  const [only, ...others] = fitting;
  if (only && others.length === 0) return ok(only);
  const [message, offered] = only
    ? ['Which rotation?', fitting]
    : [`No service or rotation with people on call is called “${named}”.`, all];
  const names = offered.slice(0, NAMED).map(({ rotation }) => rotation.name);
  const more = offered.length > NAMED ? ` and ${offered.length - NAMED} more` : '';
  return reject('bad_input', message, `There are: ${names.join(', ')}${more}. For example: ${asking} ${names[0]}`);
}

export function noRotation(): Result<never> {
  return reject('not_found', 'No rotation is set up.', 'Add `rotations` to a service file: docs/oncall.md shows one.');
}

function isCalled({ service, rotation }: Meant, named: string): boolean {
  return service.name === named || rotation.name === named;
}

function nearest(all: readonly Meant[], channel: string | null): readonly Meant[] {
  const here = all.filter(({ service }) => service.channel === channel);
  return here.length > 0 ? here : all;
}

/** What was typed about a rotation: whose, who, and the words that are left. */
export interface SaidWords {
  /** `service` or `service/rotation`. */
  readonly named: string | null;
  /** A Slack user id; `me` is `by`. */
  readonly person: string | null;
  readonly rest: string;
}

const NAME = /^[a-z0-9][a-z0-9_-]{0,62}(?:\/[a-z0-9][a-z0-9_-]{0,62})?$/;

/** Takes the rotation and the person from the beginning of what was typed, in either order. Slack sends people as `<@U1|ana>`. */
export function readWords(text: string, by: string): Result<SaidWords> {
  let words = text.trim().split(/\s+/).filter(Boolean);
  let said: SaidWords = { named: null, person: null, rest: '' };
  for (let first = words[0]; first !== undefined; first = words[0]) {
    const person = first.toLowerCase() === 'me' ? by : /^<@(?<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(first)?.groups?.id;
    if (person !== undefined && said.person === null) said = { ...said, person };
    else if (said.named === null && isName(first)) said = { ...said, named: first };
    else break;
    words = words.slice(1);
  }
  const stranger = words[0]?.startsWith('@') ? words[0] : null;
  if (stranger !== null) {
    return reject(
      'bad_input',
      `I do not know ${stranger.slice(0, 40)}.`,
      'Choose the person from the list that Slack shows while you type.',
    );
  }
  return ok({ ...said, rest: words.join(' ') });
}

function isName(word: string): boolean {
  return NAME.test(word) && word !== 'off' && !beginsTime(word);
}
