/** `unknown` is "could not tell": it is never shown as fine, and never as broken. */
export type Verdict = 'fine' | 'wrong' | 'warning' | 'unknown';

/** One thing that was looked at. Both texts are shown as they are: no secret, no address of a subscription. */
export interface Finding {
  readonly verdict: Verdict;
  readonly what: string;
  /** What to do about it. */
  readonly mend?: string;
}

export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

export function fine(what: string): Finding {
  return { verdict: 'fine', what };
}

export function wrong(what: string, mend: string): Finding {
  return { verdict: 'wrong', what, mend };
}

export function warning(what: string, mend: string): Finding {
  return { verdict: 'warning', what, mend };
}

/** `what` says of what it could not be told. */
export function unknown(what: string, mend: string): Finding {
  return { verdict: 'unknown', what: `could not tell: ${what}`, mend };
}

const MARKS: Readonly<Record<Verdict, string>> = { fine: '✓', wrong: '✗', warning: '!', unknown: '!' };

/** What several findings in a row want done is said once, after the last of them. */
export function written({ title, findings }: Section): string {
  const lines = findings.flatMap(({ verdict, what, mend }, i) => [
    `  ${MARKS[verdict]} ${what}`,
    ...(mend === undefined || mend === findings[i + 1]?.mend ? [] : [`      ${mend}`]),
  ]);
  return `${title}\n${lines.join('\n')}\n`;
}

/** The last line, which says how it is without counting. */
export function summary(sections: readonly Section[]): string {
  const all = sections.flatMap(({ findings }) => findings);
  const count = (verdict: Verdict) => all.filter((finding) => finding.verdict === verdict).length;
  const numbers = `${count('fine')} fine, ${count('wrong')} wrong, ${count('warning')} to look at, ${count('unknown')} could not be told.`;
  return count('wrong') === 0 ? `${numbers}\n` : `${numbers} Mend what has a ✗ first.\n`;
}
