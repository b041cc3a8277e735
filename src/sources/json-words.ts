import { fieldsOf } from './foreign-fields.ts';

const MAX_DEPTH = 3;
const MAX_ENTRIES = 24;
/** Who wrote it, under which number: nothing that says what is wrong. */
const ENVELOPE = new Set(['version', 'id', 'source', 'account', 'accountId', 'region', 'resources', 'detail-type']);

/**
 * JSON that nobody here knows, in words: `ImageName trainer, Failure Reason no permission`. ARNs and numbers of times are left out. Empty where nothing can be said.
 */
export function jsonWords(content: unknown): string {
  const event = fieldsOf(content);
  const told = event && 'detail-type' in event ? event.detail : content;
  return entriesOf(told, []).slice(0, MAX_ENTRIES).join(', ');
}

function entriesOf(value: unknown, path: readonly string[]): string[] {
  if (path.length === MAX_DEPTH) return [];
  return Object.entries(fieldsOf(value) ?? {})
    .slice(0, MAX_ENTRIES)
    .filter(([name]) => path.length > 0 || !ENVELOPE.has(name))
    .flatMap(([name, field]) =>
      isScalar(field) ? wordsOf([...path, name], field) : entriesOf(field, [...path, name]),
    );
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function wordsOf(path: readonly string[], value: string | number | boolean): string[] {
  const isTime = typeof value === 'number' && /Time$/.test(path.at(-1) ?? '');
  return value === '' || isTime || String(value).startsWith('arn:') ? [] : [`${path.join(' ')} ${value}`];
}
