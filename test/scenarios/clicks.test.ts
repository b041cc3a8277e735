import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { it, type Scenario } from '../support/scenario.ts';
import type { ScenarioOptions } from '../support/scenario-world.ts';

/** One incident with its card, and nothing left to do. */
async function oneIncident(start: (options: ScenarioOptions) => Promise<Scenario>, options: ScenarioOptions = {}) {
  const scenario = await start(options);
  await scenario.bot();
  await eventually('a connection', () => scenario.slack.slack.sockets.connected());
  await scenario.alarms.fires('recommendation-low-ctr');
  const card = await scenario.slack.card('INC-1');
  await scenario.settles();
  return { ...scenario, card };
}

it.concurrent('gives an incident to one of those who press at the same moment, and tells the others who', async ({
  start,
}) => {
  const { card, ana, ben, chloe, settles, ...world } = await oneIncident(start);

  await Promise.all([ana, ben, chloe].map((person) => person.clicks(card, 'Acknowledge')));
  await settles();

  const acknowledged = (await world.events('INC-1')).filter(({ type }) => type === 'acknowledged');
  expect(acknowledged).toHaveLength(1);
  const { owner } = await world.incident('INC-1');
  const others = [ana, ben, chloe].filter(({ id }) => id !== owner);
  expect(others).toHaveLength(2);
  for (const other of others) await other.hears('has INC-1 already');
});

it.concurrent('counts a double click once', async ({ start }) => {
  const { card, ana, settles, ...world } = await oneIncident(start);

  await Promise.all([1, 2, 3].map(() => ana.clicks(card, 'Acknowledge')));
  await settles();

  expect((await world.events('INC-1')).filter(({ type }) => type === 'acknowledged')).toHaveLength(1);
  expect(card.thread()).toHaveLength(1);
  expect(ana.heard()).toEqual([]);
});

it.concurrent('does not resolve past an alarm that fired while somebody wrote the note', async ({ start }) => {
  const { card, ana, alarms, settles, ...world } = await oneIncident(start);
  await ana.clicks(card, 'Resolve');
  const note = { symptoms: 'fewer clicks', cause: 'a stale model', fix: 'retrained' };

  await alarms.fires('recommendation-api-high-latency');
  await card.says('2 alarms');
  await ana.submits(note);
  await settles();
  expect((await world.incident('INC-1')).status).toBe('triggered');

  await eventually('the second look to end in a resolution', async () => {
    await ana.submits(note);
    return (await world.incident('INC-1')).status === 'closed';
  });
});

it.concurrent('lets only those act whom the service names, and says so to others', async ({ start }) => {
  const services = {
    guarded: 'owner: Team\nchannel: C0RECOMMEND\nresponders: [S0ONCALL]\nalarms: [{ match: "*", severity: P1 }]',
  };
  const { card, ana, chloe, settles, ...world } = await oneIncident(start, { services });

  await chloe.clicks(card, 'Acknowledge');
  await chloe.hears(/Recommend|on call|respond|may/i);
  expect((await world.incident('INC-1')).owner).toBeNull();
  await ana.clicks(card, 'Acknowledge');
  await settles();

  expect((await world.incident('INC-1')).owner).toBe(ana.id);
});

it.concurrent('answers Slack in time while Redis hangs, and never says that it worked', async ({ start }) => {
  const { card, ana, redis, ...world } = await oneIncident(start, {
    errors: [/an interaction failed/, /inbox could not be read/, /delivery failed/],
  });

  await redis.client('PAUSE', 6_000, 'ALL');
  expect(await ana.tries(card, 'Acknowledge')).toEqual({ ok: true });
  await ana.hears(/did not work|cannot confirm/);
  await eventually('Redis again', () => redis.ping(), 15_000);

  expect(['triggered', 'acknowledged']).toContain((await world.incident('INC-1')).status);
  await ana.clicks(card, 'Acknowledge').catch(() => undefined);
  await card.says('@ana has it');
});
