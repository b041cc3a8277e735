import { FACTS_SHOWN, type Fact, type FactKind } from '../domain/evidence.ts';

/** What decides first comes first: the numbers, what was changed, whether it stands, what it says. */
const ORDER: readonly FactKind[] = [
  ...(['value', 'change', 'endpoint', 'error', 'similar', 'history', 'siblings', 'model', 'missing'] as const),
];
/** So many of a kind, before the others of it get what room is left. */
const FIRST: Partial<Record<FactKind, number>> = { value: 2, change: 2 };

/** The facts for the card. What could not be told keeps one place, so that silence is not taken for health. */
export function mostTelling(facts: readonly Fact[]): Fact[] {
  const known = facts.filter(({ kind }) => kind !== 'missing').toSorted(byOrder);
  const unknown = facts.filter(({ kind }) => kind === 'missing');
  const wanted = [...known.filter(isAmongFirst), ...known.filter((...one) => !isAmongFirst(...one))];
  const shown = wanted.slice(0, FACTS_SHOWN - Math.min(unknown.length, 1));
  return [...shown.toSorted(byOrder), ...unknown.slice(0, FACTS_SHOWN - shown.length)];
}

function isAmongFirst(fact: Fact, _: number, all: readonly Fact[]): boolean {
  const place = all.filter(({ kind }) => kind === fact.kind).indexOf(fact);
  return place < (FIRST[fact.kind] ?? 1);
}

function byOrder(a: Fact, b: Fact): number {
  return ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind);
}
