// Readers of single fields in foreign JSON: one that is missing or of another kind is null, and costs that field and no more.

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | null {
  // An object of JSON has string keys and unknown values.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A finite number: JSON can hold one that is too large to be any. */
export function amountOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The members of a list that can be read; no list has none. */
export function listOf<T>(value: unknown, read: (member: Fields) => T | null): readonly T[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((member: unknown) => {
    const fields = fieldsOf(member);
    const one = fields && read(fields);
    return one === null ? [] : [one];
  });
}
