import type { IncidentStore } from '../app/store.ts';
import { isOver } from '../domain/incident.ts';
import type { Scene } from './scene.ts';
import type { Source } from './source.ts';

/** Among so many open incidents others of the service are looked for. */
const LOOKED_AT = 50;
const NAMED = 3;

/** What else of the service is not well now. */
export function siblingSource(store: Pick<IncidentStore, 'openIds' | 'loadMany'>, { incident }: Scene): Source {
  return {
    title: 'other incidents of the service',
    name: null,
    async ask() {
      const open = await store.loadMany(await store.openIds(LOOKED_AT));
      const others = open
        .filter((one) => one.id !== incident.id && one.service === incident.service && !isOver(one))
        .sort((a, b) => a.severity.localeCompare(b.severity) || b.openedAt - a.openedAt);
      if (others.length === 0) return [];
      const named = others
        .slice(0, NAMED)
        .map((one) => `${one.id} (${one.severity}, ${one.environment}, ${one.title})`);
      const more = others.length > NAMED ? ` and ${others.length - NAMED} more` : '';
      return [{ kind: 'siblings', text: `also open: ${named.join(', ')}${more}`, at: null, url: null }];
    },
  };
}
