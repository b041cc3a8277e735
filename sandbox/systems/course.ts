const DAY_MS = 86_400_000;
/** Local noon of the demo company, as an hour of UTC. */
const BUSIEST_HOUR = 17;

/** Between 0 and 1, the same for the same seed and slot. */
export function chance(seed: string, at: number): number {
  let hash = 2_166_136_261;
  for (const char of `${seed}:${at}`) hash = Math.imul(hash ^ char.charCodeAt(0), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 4_294_967_296;
}

/** 1, a little more or less: by at most `share`. */
export function noise(seed: string, at: number, share: number): number {
  return 1 + share * (2 * chance(seed, at) - 1);
}

/** How busy a day is at this time: 1 on average, by `share` more at noon and less at night. */
export function daily(at: number, share: number): number {
  const turn = (at / DAY_MS - BUSIEST_HOUR / 24) * 2 * Math.PI;
  return 1 + share * Math.cos(turn);
}
