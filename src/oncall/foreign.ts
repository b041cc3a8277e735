/** Fields of JSON that somebody else wrote: nothing in it is believed before it is looked at. */
export type Fields = Readonly<Record<string, unknown>>;

const TEXT_KEPT = 200;
const LIST_KEPT = 500;

/** The fields of a value; none where it is not an object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The entries of a list, at most 500, each as fields. */
export function entriesOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.slice(0, LIST_KEPT).map(fieldsOf) : [];
}

/** A text of at most 200 characters on one line; empty where there is none. */
export function textIn(value: unknown): string {
  return typeof value === 'string'
    ? value
        .toWellFormed()
        .replaceAll(/[\s\p{Cc}]+/gu, ' ')
        .trim()
        .slice(0, TEXT_KEPT)
        .toWellFormed()
    : '';
}

/** A number; `null` where there is none. */
export function numberIn(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** A moment of ISO 8601 with its offset in epoch ms; `null` where there is none. */
export function momentIn(value: unknown): number | null {
  const text = textIn(value);
  const at = /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** A name for the service file out of words: lower-case letters, digits and dashes, a letter first. */
export function nameOf(words: string, otherwise: string): string {
  const name = words
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return name === '' ? otherwise : name;
}

/** The names in order, each made its own with a number where it stood before. */
export function eachItsOwn(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let n = 2; taken.has(own); n++) own = `${name.slice(0, 36)}-${n}`;
    taken.add(own);
    return own;
  });
}
