const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time (ms) in a sentence, in whole minutes: `less than 1 min`, `18 min`, `2 h`, `3 h 5 min`, `2 d 4 h`. */
export function lengthWords(ms: number): string {
  if (ms < MINUTE) return 'less than 1 min';
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  return ms < DAY ? both(ms, [HOUR, 'h'], [MINUTE, 'min']) : both(ms, [DAY, 'd'], [HOUR, 'h']);
}

type Unit = readonly [ms: number, word: string];

function both(ms: number, [large, largeWord]: Unit, [small, smallWord]: Unit): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeWord}${rest === 0 ? '' : ` ${rest} ${smallWord}`}`;
}
