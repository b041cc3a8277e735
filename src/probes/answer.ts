import { quantityWords } from '../../blocks/measurement-words.ts';
import type { Answer, Query, Series } from '../domain/query.ts';
import { oneLine } from '../sources/foreign-text.ts';

/** A fact of evidence holds so much; what is longer says no more on a phone. */
const MAX_TEXT = 200;
const MAX_ROWS = 10;

/** An answer of which only the given parts are known; texts are foreign and cut to one line. */
export function answer(text: string, more: Partial<Omit<Answer, 'text'>> = {}): Answer {
  const { rows = [], ...rest } = more;
  return {
    text: oneLine(text, MAX_TEXT),
    value: null,
    at: null,
    series: [],
    ...rest,
    rows: rows.slice(0, MAX_ROWS).map((row) => oneLine(row, MAX_TEXT)),
  };
}

/** A number in the unit of the query, said in words. */
export function numberAnswer(
  { unit }: Pick<Query, 'unit'>,
  value: number,
  at: number | null,
  series: readonly Series[] = [],
): Answer {
  return answer(quantityWords(value, unit), { value, at, series });
}

/** `22 Nov 02:10 UTC`: a fact is plain text, so no reader's own clock can be asked. */
export function timeWords(at: number): string {
  const [, day = '', month = '', , time = ''] = new Date(at).toUTCString().replace(',', '').split(' ');
  return `${Number(day)} ${month} ${time.slice(0, 5)} UTC`;
}

/** What is well decides which of several values is the worst: the highest, unless it is well while above something. */
export function worstFirst({ expect }: Pick<Query, 'expect'>): (a: number, b: number) => number {
  const isWellAbove = expect?.kind === 'number' && expect.direction === 'above';
  return isWellAbove ? (a, b) => a - b : (a, b) => b - a;
}
