const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What stands where there is no sample. */
export const NOTHING = '–';

/** `45 s`, `2 min 36 s`, `3 h 5 min`, `2 d 4 h`: the two greatest units, rounded. `–` for no sample. */
export function durationWords(milliseconds: number | null): string {
  if (milliseconds === null) return NOTHING;
  if (milliseconds > 0 && milliseconds < SECOND) return '< 1 s';

  const seconds = roundTo(milliseconds, SECOND);
  if (seconds < HOUR) return twoUnits(seconds, [MINUTE, 'min'], [SECOND, 's']);

  const minutes = roundTo(milliseconds, MINUTE);
  if (minutes < DAY) return twoUnits(minutes, [HOUR, 'h'], [MINUTE, 'min']);

  return twoUnits(roundTo(milliseconds, HOUR), [DAY, 'd'], [HOUR, 'h']);
}

/** How a time compares with the same time in the period before: `−12 %`, `+8 %`, `±0 %`, `13 times`, `no earlier sample`. */
export function comparisonWords(current: number | null, previous: number | null): string {
  if (current === null) return NOTHING;
  if (previous === null) return 'no earlier sample';
  if (previous === 0) return current === 0 ? '±0 %' : 'from 0 s';

  const percent = Math.round((current / previous - 1) * 100);
  if (percent === 0) return '±0 %';
  if (percent >= 1000) return `${Math.round(current / previous)} times`;

  return percent < 0 ? `−${-percent} %` : `+${percent} %`;
}

type Unit = readonly [length: number, word: string];

function roundTo(milliseconds: number, unit: number): number {
  return Math.round(milliseconds / unit) * unit;
}

function twoUnits(milliseconds: number, [large, largeWord]: Unit, [small, smallWord]: Unit): string {
  const larges = Math.floor(milliseconds / large);
  const smalls = Math.round((milliseconds % large) / small);
  if (larges === 0) return `${smalls} ${smallWord}`;

  return smalls === 0 ? `${larges} ${largeWord}` : `${larges} ${largeWord} ${smalls} ${smallWord}`;
}
