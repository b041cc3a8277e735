import { isJson } from './json.ts';

/** One thing that Slack refuses, with the JSON pointer to where it is. */
export interface Problem {
  readonly pointer: string;
  readonly message: string;
}

/** Looks at one value and says what is wrong with it. */
export type Check = (value: unknown, at: string) => Problem[];

export const anything: Check = () => [];

/** Text of `min` to `max` characters. */
export function characters(max: number, min = 1): Check {
  return (value, at) => {
    if (typeof value !== 'string') return [problem(at, 'must be a string')];
    if (value.length > max) return [problem(at, `must be less than ${max + 1} characters`)];
    return value.length < min ? [problem(at, `must be more than ${min - 1} characters`)] : [];
  };
}

/** An `http(s)` address that parses. */
export function address(max: number): Check {
  return (value, at) => {
    const wrong = characters(max)(value, at);
    if (wrong.length > 0) return wrong;
    return /^(https?|mailto|slack):/.test(String(value)) && URL.canParse(String(value))
      ? []
      : [problem(at, 'invalid url')];
  };
}

export const yesOrNo: Check = (value, at) => (typeof value === 'boolean' ? [] : [problem(at, 'must be a boolean')]);

export function whole(min: number, max: number): Check {
  return (value, at) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? []
      : [problem(at, `must be an integer between ${min} and ${max}`)];
}

export function oneOf(...allowed: string[]): Check {
  return (value, at) => (allowed.includes(String(value)) ? [] : [problem(at, `must be one of: ${allowed.join(', ')}`)]);
}

/** A list of `min` to `max` items. */
export function listOf(item: Check, max: number, min = 1): Check {
  return (value, at) => {
    if (!Array.isArray(value)) return [problem(at, 'must be an array')];
    if (value.length > max) return [problem(at, `no more than ${max} items allowed`)];
    if (value.length < min) return [problem(at, `no fewer than ${min} items allowed`)];
    return value.flatMap((one, i) => item(one, `${at}/${i}`));
  };
}

/** An object with exactly these fields; those in `required` must be there. */
export function fields(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  return (value, at) => {
    if (!isJson(value)) return [problem(at, 'must be an object')];
    const missing = Object.keys(required).filter((name) => value[name] === undefined);
    return [
      ...missing.map((name) => problem(at, `missing required field: ${name}`)),
      ...Object.entries(value).flatMap(([name, field]) => {
        const check = required[name] ?? optional[name];
        if (field === undefined) return [];
        return check === undefined
          ? [problem(at, `invalid additional property: ${name}`)]
          : check(field, `${at}/${name}`);
      }),
    ];
  };
}

/** An object whose `type` picks the check; a type that is not in the table is refused. */
export function byType(table: Readonly<Record<string, Check>>, what = 'unsupported type'): Check {
  return (value, at) => {
    if (!isJson(value)) return [problem(at, 'must be an object')];
    const check = typeof value.type === 'string' && Object.hasOwn(table, value.type) ? table[value.type] : undefined;
    return check === undefined ? [problem(`${at}/type`, `${what}: ${String(value.type)}`)] : check(value, at);
  };
}

/** All of them. */
export function both(...checks: Check[]): Check {
  return (value, at) => checks.flatMap((check) => check(value, at));
}

/** Exactly one of these fields. */
export function exactlyOne(...names: string[]): Check {
  return (value, at) => {
    const given = isJson(value) ? names.filter((name) => value[name] !== undefined) : [];
    return given.length === 1 ? [] : [problem(at, `must have exactly one of: ${names.join(', ')}`)];
  };
}

/** Each of the items has its own value in `name`. */
export function distinct(name: string): Check {
  return (value, at) => {
    const seen = new Set<unknown>();
    return (Array.isArray(value) ? value : []).flatMap((item, i) => {
      const id = isJson(item) ? item[name] : undefined;
      if (id === undefined || id === '') return [];
      if (seen.has(id)) return [problem(`${at}/${i}/${name}`, `\`${name}\` "${String(id)}" already exists`)];
      seen.add(id);
      return [];
    });
  };
}

export function problem(pointer: string, message: string): Problem {
  return { pointer, message };
}
