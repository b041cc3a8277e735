/** One number that a benchmark found, with what it must be at most or at least, where something is promised. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Result {
  readonly name: string;
  /** `null` when it ran, else why it did not. */
  readonly skipped: string | null;
  readonly rows: readonly Row[];
}

/** A number that could not be found keeps no promise. */
export function isBroken({ value, atMost, atLeast }: Row): boolean {
  if (atMost === undefined && atLeast === undefined) return false;
  return !(value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? Number.NEGATIVE_INFINITY));
}

/** The results as a table for people: what was measured, how much, what was promised and whether it holds. */
export function tableOf(results: readonly Result[]): string {
  return results.map(partOf).join('\n');
}

function partOf({ name, skipped, rows }: Result): string {
  if (skipped !== null) return `${name}\n  SKIPPED: ${skipped}\n`;
  const cells = rows.map((row) => [row.what, numberWords(row.value), row.unit, verdict(row)] as const);
  const wide = (column: 0 | 1 | 2) => Math.max(...cells.map((cell) => cell[column].length));
  const lines = cells.map(
    ([what, number, unit, word]) =>
      `  ${what.padEnd(wide(0))}  ${number.padStart(wide(1))} ${unit.padEnd(wide(2))}  ${word}`,
  );
  return `${name}\n${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function numberWords(value: number): string {
  if (!Number.isFinite(value)) return 'never';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function verdict(row: Row): string {
  const { atMost, atLeast } = row;
  if (atMost === undefined && atLeast === undefined) return '';
  const promise = [
    ...(atLeast === undefined ? [] : [`≥ ${atLeast.toLocaleString('en-US')}`]),
    ...(atMost === undefined ? [] : [`≤ ${atMost.toLocaleString('en-US')}`]),
  ].join(', ');
  return `${promise} ${isBroken(row) ? 'BROKEN' : 'ok'}`;
}
