import { quantityWords } from '../../blocks/measurement-words.ts';
import type { Limit } from '../domain/grading.ts';

/** `above 2 %`, `at or below 0.5`. */
export function limitWords({ direction, limit, inclusive }: Limit, unit: string | null): string {
  return `${inclusive ? 'at or ' : ''}${direction} ${quantityWords(limit, unit)}`;
}
