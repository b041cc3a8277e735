/** Epoch milliseconds with fractions. Every process of a benchmark reads this clock, so their times can be compared. */
export function clock(): number {
  return performance.timeOrigin + performance.now();
}
