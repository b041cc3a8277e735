import { expect, it } from 'vitest';
import { createFallbacks } from '../../src/actions/fallbacks.ts';
import { createRedraw } from '../../src/actions/redraw.ts';
import { createDeclare } from '../../src/app/declare.ts';
import { createCardMemory } from '../../src/slack/card-memory.ts';
import { ANA } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { action, world } from './given.ts';
import { TOY, toyMachine, toyTargets } from './toy.ts';

const server = useRedis();
const FALLBACK = { banner: 'The light model serves', back: 'heavy', remind: '2h' };

/** Three incidents with cards, the third of another environment; and which of the cards wait for a drawing. */
async function threeCards(fallback: typeof FALLBACK | null) {
  const redis = server.client();
  const machine = toyMachine(() => 0);
  const light = action('light', { heals: false, ...(fallback && { fallback }), ...TOY });
  const heavy = action('heavy', { heals: false, ...TOY });
  const here = await world({ redis, actions: [light, heavy], target: {}, targets: toyTargets(machine) });
  const { keys, store, now } = here;
  const services = () => [here.service];
  const declare = createDeclare({ store, services, now, poke: () => {} });
  const cards = createCardMemory(redis, keys);
  const another = async (environment: string) => {
    const facts = { title: 'Slow', summary: '', severity: 'P1', incidentClass: 'system', runbook: null } as const;
    const declared = await declare('shop', { by: ANA, environment, drill: false, ...facts });
    return declared.ok ? declared.value.id : '';
  };
  const ids = [here.incident, await another('prod'), await another('stage')];
  for (const [i, id] of ids.entries()) {
    await cards.posted(id, { channel: 'C1', ts: `${i}.1`, version: 99, drawnAt: now() }, `${id}/card/C1`);
  }
  const fallbacks = createFallbacks({ redis, keys, onChange: createRedraw({ services, store, cards, now }), now });
  const outdated = async () => (await Promise.all(ids.map((id) => cards.load(id)))).map((card) => card?.outdated);
  return { here, fallbacks, outdated };
}

it('every card of the service in that environment is drawn anew when a fallback begins to serve, and when it ends', async () => {
  const { here, fallbacks, outdated } = await threeCards(FALLBACK);
  const incident = await here.load();
  const run = await here.run(await here.approved('light'));

  await fallbacks.changed(incident, run);
  const begun = await outdated();
  await fallbacks.over({ service: 'shop', environment: 'prod', action: 'light' });

  expect(begun).toEqual([1, 1, 0]);
  expect(await outdated()).toEqual([2, 2, 0]);
});

it('a fallback that the service file has lost by now leaves the cards all the same', async () => {
  const { here, fallbacks, outdated } = await threeCards(FALLBACK);
  await fallbacks.changed(await here.load(), await here.run(await here.approved('light')));
  Object.assign(here.service.actions, { light: action('light', { heals: false, ...TOY }) });
  const heavy = { ...(await here.run(`${here.incident}.1`)), fallback: null };
  await fallbacks.changed(await here.load(), { ...heavy, plan: { ...heavy.plan, action: 'heavy' } });

  expect(await fallbacks.all()).toEqual([]);
  expect(await outdated()).toEqual([2, 2, 0]);
});

it('a service without fallbacks has nothing drawn anew', async () => {
  const { here, fallbacks, outdated } = await threeCards(null);

  await fallbacks.changed(await here.load(), await here.run(await here.approved('light')));

  expect(await outdated()).toEqual([0, 0, 0]);
});
