interface Unit {
  /** What it measures: units of one kind can be turned into each other. */
  readonly of: 'part' | 'time';
  readonly size: number;
}

/** In parts of one, and in milliseconds; by CloudWatch's words in lower case. */
const UNITS: Readonly<Record<string, Unit>> = {
  share: { of: 'part', size: 1 },
  percent: { of: 'part', size: 0.01 },
  microseconds: { of: 'time', size: 0.001 },
  milliseconds: { of: 'time', size: 1 },
  seconds: { of: 'time', size: 1_000 },
  minutes: { of: 'time', size: 60_000 },
  hours: { of: 'time', size: 3_600_000 },
  days: { of: 'time', size: 86_400_000 },
};

/**
 * A value in another unit: a share of 0.51 is 51 %. Units of which one is not declared or not known are taken to be the same;
 * `null` where both are known and nothing turns one into the other.
 */
export function inUnit(value: number, from: string | null, to: string | null): number | null {
  const source = unitOf(from);
  const target = unitOf(to);
  if (!source || !target || source === target) return value;
  return source.of === target.of ? (value * source.size) / target.size : null;
}

function unitOf(name: string | null): Unit | undefined {
  const key = name?.toLowerCase() ?? '';
  return Object.hasOwn(UNITS, key) ? UNITS[key] : undefined;
}
