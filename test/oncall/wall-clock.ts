const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock of the zone shows: `2026-11-23T09:00`. Read off Intl, which the calculation of rotations does not use this way. */
export function clockIn(zone: string, at: number): string {
  const format = formats.get(zone) ?? formatOf(zone);
  formats.set(zone, format);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit' },
  });
}

/** A time on the clock some hours later, where no clock is ever set. */
export function later(clock: string, hours: number): string {
  return new Date(Date.parse(`${clock}Z`) + hours * 3_600_000).toISOString().slice(0, 16);
}

/** 1 is Monday. */
export function weekday(clock: string): number {
  return new Date(`${clock}Z`).getUTCDay() || 7;
}
