const DAY = 86_400_000;

/** Where and when a date is read. `timeZone` absent is the browser's own. */
export interface DateReading {
  readonly now: number;
  readonly locale?: string;
  readonly timeZone?: string;
}

/**
 * Fills a `<!date^…>` format in the reader's zone. `unix` is in seconds.
 * Tokens: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
 */
export function formatDate(unix: number, format: string, reading: DateReading): string {
  const at = unix * 1000;
  return format.replace(/\{([a-z_]+)\}/g, (whole, name: string) => fill(name, at, reading) ?? whole);
}

const STYLES: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date_slash: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  time_secs: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};

function fill(name: string, at: number, reading: DateReading): string | null {
  if (name === 'ago') return ago(at, reading);
  const pretty = name.endsWith('_pretty') ? nearDay(at, reading) : null;
  if (pretty) return pretty;
  const style = STYLES[name.replace(/_pretty$/, '').replace('day_divider', 'date_long')];
  if (!style) return null;
  return name === 'date_num' ? isoDay(at, reading) : format(at, style, reading);
}

function nearDay(at: number, reading: DateReading): string | null {
  const day = isoDay(at, reading);
  const names: Readonly<Record<string, string>> = {
    [isoDay(reading.now + DAY, reading)]: 'tomorrow',
    [isoDay(reading.now - DAY, reading)]: 'yesterday',
    [isoDay(reading.now, reading)]: 'today',
  };
  return names[day] ?? null;
}

/** The calendar day in the reader's zone, `2026-11-22`. */
export function isoDay(at: number, { timeZone }: DateReading): string {
  return new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', ...(timeZone && { timeZone }) }).format(at);
}

function format(at: number, style: Intl.DateTimeFormatOptions, { locale, timeZone }: DateReading): string {
  return new Intl.DateTimeFormat(locale, { ...style, ...(timeZone && { timeZone }) }).format(at);
}

/** The page looks at its clock now and then: what is a moment ahead of it is now. */
const CLOCKS_APART = 90_000;

const STEPS = [
  { unit: 'day', ms: DAY },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'second', ms: 1000 },
] as const;

function ago(at: number, { now, locale }: DateReading): string {
  const distance = at - now < CLOCKS_APART ? Math.min(0, at - now) : at - now;
  const step = STEPS.find(({ ms }) => Math.abs(distance) >= ms) ?? { unit: 'second', ms: 1000 };
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.trunc(distance / step.ms), step.unit);
}
