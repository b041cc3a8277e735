import { isJson } from './blocks/json.ts';

/**
 * `next`, with every part that says the same as in `previous` being the very same object, so that memoized components of
 * unchanged messages are not drawn again. Lists of things with a `ts`, `id` or `name` are compared by it.
 */
export function share<T>(previous: unknown, next: T): T {
  // Safe: each branch returns either something deeply equal to `next` or a copy of it made of such things.
  if (Array.isArray(next)) return shareList(Array.isArray(previous) ? previous : [], next) as T;
  if (isJson(next)) return shareObject(isJson(previous) ? previous : {}, next) as T;
  return next;
}

function shareList(previous: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const byKey = new Map(previous.map((item, i) => [keyOf(item, i), item]));
  const shared = next.map((item, i) => share(byKey.get(keyOf(item, i)), item));
  const same = previous.length === next.length && shared.every((item, i) => Object.is(item, previous[i]));
  return same ? previous : shared;
}

function shareObject(previous: Readonly<Record<string, unknown>>, next: Readonly<Record<string, unknown>>): unknown {
  const keys = Object.keys(next);
  const shared = Object.fromEntries(keys.map((key) => [key, share(own(previous, key), next[key])]));
  const same =
    Object.keys(previous).length === keys.length &&
    keys.every((key) => Object.hasOwn(previous, key) && Object.is(shared[key], previous[key]));
  return same ? previous : shared;
}

function own(json: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(json, key) ? json[key] : undefined;
}

function keyOf(item: unknown, index: number): unknown {
  if (!isJson(item)) return index;
  return item.ts ?? item.id ?? item.name ?? index;
}
