import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { SERVICE_EXAMPLES } from '../../script/docs/service-examples.ts';
import { parseService } from '../../src/config/services.ts';

/** A file that has everything that there is. */
const WHOLE: unknown = parse(`owner: Payments\nchannel: C0PAY\n${Object.values(SERVICE_EXAMPLES).join('')}`);

/** What people write where it does not belong, and what a language keeps for itself. */
const oddity = fc.oneof(
  fc.constantFrom(null, '', 0, -1, true, [], {}, [[]], 'P9', '{', '{x}', '${X}', '*', 'next business day', '1d'),
  fc.constantFrom('constructor', '__proto__', 'toString', 'hasOwnProperty'),
  fc.constantFrom(
    { constructor: {} },
    { toString: 1 },
    { query: 'constructor' },
    { from: '__proto__', values: { a: 'b' } },
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

it('a service file with something odd in it is read, or refused with sentences that say where', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat(1_000)), oddity, fc.boolean(), (choices, odd, isName) => {
      const file = structuredClone(WHOLE);
      put(file, choices, odd, isName);

      const read = parseService(stringify(file), 'checkout.yml');

      const said = read.ok ? read.warnings : read.problems;
      expect(said.filter((sentence) => !/^checkout\.yml:\d+ \S/.test(sentence))).toEqual([]);
      expect(read.ok || said.length > 0).toBe(true);
    }),
  );
});

/** Walks down at random, and puts the oddity where it ends: as a value, or as another name of what stands there. */
function put(at: unknown, choices: Iterator<number>, odd: unknown, isName: boolean): void {
  if (typeof at !== 'object' || at === null) return;
  const names = Object.keys(at);
  const name = names[next(choices) % names.length];
  if (name === undefined) return;
  const inner: unknown = Reflect.get(at, name);
  const hasMore = typeof inner === 'object' && inner !== null;
  if (hasMore && next(choices) % 4 > 0) put(inner, choices, odd, isName);
  else if (isName && !Array.isArray(at)) rename(at, name, typeof odd === 'string' ? odd : JSON.stringify(odd));
  else Reflect.set(at, name, odd);
}

function rename(group: object, name: string, other: string): void {
  const value: unknown = Reflect.get(group, name);
  Reflect.deleteProperty(group, name);
  Object.defineProperty(group, other, { value, enumerable: true, configurable: true, writable: true });
}

function next(choices: Iterator<number>): number {
  return choices.next().value ?? 0;
}
