export interface Clock {
  /** Epoch milliseconds. Runs with the machine's clock, ahead of it by all that it was moved. */
  now(): number;
  advance(ms: number): void;
}

export function createClock(): Clock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance: (ms) => {
      ahead += ms;
    },
  };
}

export const seconds = (count: number): number => count * 1_000;
export const minutes = (count: number): number => count * 60_000;

/** Midnight in UTC at the beginning of the next Sunday, epoch ms. */
export function nextSunday(): number {
  const day = 24 * 3_600_000;
  const today = Math.floor(Date.now() / day);
  const weekday = (today + 4) % 7; // 1 January 1970 was a Thursday
  return (today + 7 - weekday) * day;
}
