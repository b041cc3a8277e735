/** A line of one of two lists, or of both. */
export interface Apart {
  readonly line: string;
  readonly kind: 'same' | 'missing' | 'unexpected';
}

/** Two lists of lines as one: what both have, what only `expected` has (`missing`), and what only `found` has. */
export function linesApart(expected: readonly string[], found: readonly string[]): Apart[] {
  const as = (kind: Apart['kind']) => (line: string) => ({ line, kind });
  let [wanted, got] = [expected, found];
  const all = commonLines(expected, found).flatMap((line): Apart[] => {
    const [i, j] = [wanted.indexOf(line), got.indexOf(line)];
    const before = [...wanted.slice(0, i).map(as('missing')), ...got.slice(0, j).map(as('unexpected'))];
    [wanted, got] = [wanted.slice(i + 1), got.slice(j + 1)];
    return [...before, { line, kind: 'same' }];
  });
  return [...all, ...wanted.map(as('missing')), ...got.map(as('unexpected'))];
}

/** The longest list that stands in both, in order. */
function commonLines(a: readonly string[], b: readonly string[]): readonly string[] {
  let below: (readonly string[])[] = b.map(() => []);
  for (const line of a.toReversed()) {
    const row: (readonly string[])[] = b.map(() => []);
    for (let j = b.length - 1; j >= 0; j--) {
      const [down = [], right = []] = [below[j], row[j + 1]];
      const longest = down.length >= right.length ? down : right;
      row[j] = line === b[j] ? [line, ...(below[j + 1] ?? [])] : longest;
    }
    below = row;
  }
  return below[0] ?? [];
}
