import type { IncidentStore } from '../app/store.ts';
import type { Service } from '../domain/service.ts';
import type { CardMemory } from '../slack/card-memory.ts';

export interface RedrawDeps {
  readonly services: () => readonly Service[];
  readonly store: Pick<IncidentStore, 'loadMany' | 'openIds'>;
  readonly cards: Pick<CardMemory, 'outdate'>;
  readonly now: () => number;
}

/** Of how many open incidents, the newest first, the cards are looked for. */
const LOOKED_AT = 1_000;

/**
 * Draws the cards of all open incidents of a service anew when it has a fallback, or can have one: what serves instead is on every one
 * of them, and a banner that came or went does not wait until something else happens there. `hasMoved`: one came or went for certain,
 * whatever the service file says by now.
 */
export function createRedraw({ services, store, cards, now }: RedrawDeps) {
  return async (service: string, environment: string, hasMoved: boolean): Promise<void> => {
    const actions = services().find(({ name }) => name === service)?.actions ?? {};
    if (!hasMoved && Object.values(actions).every(({ fallback }) => fallback === null)) return;
    const open = await store.loadMany(await store.openIds(LOOKED_AT));
    const theirs = open.filter((one) => one.service === service && one.environment === environment);
    await Promise.all(theirs.map(({ id }) => cards.outdate(id, now())));
  };
}
