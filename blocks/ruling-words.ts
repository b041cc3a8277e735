import type { Limit, Ruling } from '../src/domain/grading.ts';
import type { Member } from '../src/domain/member.ts';
import { oneLine } from './foreign-text.ts';
import { BUDGET } from './limits.ts';
import { digitsToTellApart, quantityWords, unitOf } from './measurement-words.ts';

type Judged = Pick<Member, 'severity' | 'ruling' | 'measurement'>;

/**
 * Why an alarm is as bad as it is and how far the next level is, in plain text: `P1 because the error rate is 5.4 %, above 5 %.
 * Next: P0 above 10 %.` Foreign text is in it: escape it.
 */
export function rulingWords({ severity, ruling, measurement }: Judged): string {
  const unit = ruling.unit ?? (ruling.measure === null && measurement ? unitOf(measurement) : null);
  return [`${severity}${becauseWords(ruling, unit)}.`, nextWords(ruling, severity, unit)]
    .filter((sentence) => sentence !== null)
    .join(' ');
}

function becauseWords({ by, rule, isGraded, measure, value, reached, level }: Ruling, unit: string | null): string {
  if (by === 'nobody') return ': no rule claims this alarm';
  if (by === 'rule' || value === null) {
    return ` by rule ${oneLine(rule, BUDGET.name)}${isGraded ? '; value unknown' : ''}`;
  }
  const subject = measure === null ? 'it' : `the ${lowerFirst(oneLine(measure, BUDGET.name))}`;
  const amount = quantityWords(value, unit, digitsToTellApart(value, reached?.limit ?? null, unit));
  const answered = level === undefined ? '' : `: ${level}`;
  return ` because ${subject} is ${amount}, ${reached ? limitWords(reached, value, unit) : 'within every limit'}${answered}`;
}

/** The next level, where it is worse than this one: a grade may also change the advice alone. */
function nextWords({ next, value }: Ruling, severity: Judged['severity'], unit: string | null): string | null {
  return next === null || next.severity === severity
    ? null
    : `Next: ${next.severity}${next.level === undefined ? '' : `, ${next.level},`} ${limitWords(next, value, unit)}.`;
}

function limitWords({ direction, limit, inclusive }: Limit, value: number | null, unit: string | null): string {
  const amount = quantityWords(limit, unit, digitsToTellApart(value, limit, unit));
  return `${inclusive ? 'at or ' : ''}${direction} ${amount}`;
}

/** `Error rate` inside of a sentence is `error rate`; `PSI` and `F1` stay. */
function lowerFirst(label: string): string {
  return /^\p{Lu}\p{Ll}/u.test(label) ? `${label.charAt(0).toLowerCase()}${label.slice(1)}` : label;
}
