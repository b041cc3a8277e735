/** A JSON object that somebody else wrote: every reading of it says what it wants and copes with its absence. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object (and not an array). */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The string under a key, or `''`. */
export function stringAt(json: Json, key: string): string {
  const value = json[key];
  return typeof value === 'string' ? value : '';
}

/** The object under a key, or `null`. */
export function objectAt(json: Json, key: string): Json | null {
  const value = json[key];
  return isJson(value) ? value : null;
}

/** The objects of the array under a key; what is not an object is left out. */
export function objectsAt(json: Json, key: string): Json[] {
  const value = json[key];
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** The text of a text object under a key (`{type, text}`), or `''`. */
export function textAt(json: Json, key: string): string {
  return stringAt(objectAt(json, key) ?? {}, 'text');
}

/** Whether two JSON values say the same. */
export function sameJson(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
