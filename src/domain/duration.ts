const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `30m`, `4h`, `7d` in milliseconds; `null` for anything else. */
export function parseDuration(text: string): number | null {
  const match = /^(?<count>[1-9]\d{0,5})(?<unit>[smhd])$/.exec(text.trim().toLowerCase());
  if (!match?.groups) return null;
  return Number(match.groups.count) * UNITS[match.groups.unit as keyof typeof UNITS];
}

/** The shortest text that `parseDuration` reads as this time, in whole seconds at least: `90s`, `30m`, `1d`. */
export function durationText(ms: number): string {
  const fits = (Object.keys(UNITS) as (keyof typeof UNITS)[]).filter((unit) => ms % UNITS[unit] === 0);
  const unit = fits.at(-1) ?? 's';
  return `${Math.round(ms / UNITS[unit])}${unit}`;
}
