import { ApiError } from './api-error.ts';
import type { Json } from './json.ts';
import { isJson, parseJson } from './json.ts';

/** Arguments of one Web API call. In a form body every value is a string, and structures are JSON inside that string. */
export type Args = Json;

/** A text argument; `undefined` when it was not given or is empty. */
export function optionalText(args: Args, name: string): string | undefined {
  const value = args[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A text argument that must be given, else `invalid_arguments` as Slack words it. */
export function requiredText(args: Args, name: string): string {
  const value = optionalText(args, name);
  if (value === undefined) throw missing(name);
  return value;
}

/** A yes/no argument as Slack reads it. */
export function flag(args: Args, name: string, fallback = false): boolean {
  const value = args[name];
  if (value === undefined) return fallback;
  return value === true || value === 1 || value === 'true' || value === '1';
}

/** A whole number, held between 1 and `max`. */
export function count(args: Args, name: string, fallback: number, max: number): number {
  const value = Number(args[name] ?? fallback);
  return Number.isFinite(value) && value > 0 ? Math.min(Math.floor(value), max) : fallback;
}

/** A structure, given as such (JSON body) or as JSON text (form body). `wrong` is the error when it does not parse. */
export function structure(args: Args, name: string, wrong: string): unknown {
  const value = args[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') return value;
  const parsed = parseJson(value);
  if (parsed === undefined) throw new ApiError(wrong);
  return parsed;
}

/** A list of objects, or `undefined` when it was not given. */
export function objectList(args: Args, name: string, wrong: string): Json[] | undefined {
  const value = structure(args, name, wrong);
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every(isJson)) throw new ApiError(wrong);
  return value;
}

/** Ids separated by commas, or a JSON list. */
export function idList(args: Args, name: string): string[] {
  const value = args[name];
  const items = Array.isArray(value) ? value.map(String) : String(value ?? '').split(',');
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

function missing(name: string): ApiError {
  return new ApiError('invalid_arguments', {
    response_metadata: { messages: [`[ERROR] missing required field: ${name}`] },
  });
}
