import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { it, type Scenario } from '../support/scenario.ts';
import { minutes, seconds } from '../support/scenario-clock.ts';

const ALARM = 'recommendation-low-ctr';

/** Waits until the store has taken in so many messages about one condition. */
async function known({ redis }: Pick<Scenario, 'redis'>, name: string, state: string, at?: number) {
  return await eventually(`${name} to be ${state}`, async () => {
    const keys = await redis.keys(`{tocsin}:alert:*${name}`);
    const value = keys[0] === undefined ? '' : ((await redis.get(keys[0])) ?? '');
    const [changedAt, found] = value.split('|')[0]?.split(':') ?? [];
    return found === state && (at === undefined || Number(changedAt) === at);
  });
}

it.concurrent('changes nothing for a message that comes twice, late or in the wrong order', async ({ start }) => {
  const { slack, alarms, clock, settles, ...world } = await start();
  await world.bot();
  const fired = clock.now();

  alarms.publishes({ name: ALARM, at: fired });
  const card = await slack.card('INC-1');
  alarms.publishes({ name: ALARM, state: 'OK', at: fired + 2_000 });
  await card.says('Recovered');
  await settles();
  const before = await world.incident('INC-1');

  alarms.publishes({ name: ALARM, at: fired });
  alarms.publishes({ name: ALARM, at: fired + 1_000 });
  alarms.publishes({ name: ALARM, state: 'OK', at: fired + 2_000 });
  alarms.publishes({ name: 'recommendation-marker' });
  await card.says('2 alarms');
  await settles();

  const after = await world.incident('INC-1');
  expect(after.reopenings).toBe(0);
  expect(after.members).toMatchObject({ total: 2, firing: 1 });
  expect(after.version).toBeGreaterThan(before.version);
  expect(slack.cards()).toHaveLength(1);
});

it.concurrent('opens nothing for the same message of SNS again', async ({ start }) => {
  const { slack, alarms, settles, ...world } = await start();
  await world.bot();
  await alarms.fires('sm-prod-5XX');
  await slack.card('INC-1');
  await settles();
  await eventually('nothing left to look up', async () => (await world.redis.zcard('{tocsin}:due:evidence')) === 0);
  await settles();
  const before = await world.incident('INC-1');

  for (let i = 0; i < 5; i++) await alarms.repeats('sm-prod-5XX');
  await eventually('the answers', async () => (await metric(world.botUrl, world, 'known')) >= 5);
  await settles();

  expect(await world.incident('INC-1')).toEqual(before);
  expect((await slack.card('INC-1')).thread()).toEqual([]);
});

it.concurrent('keeps what flaps in one incident and says how often it fired', async ({ start }) => {
  const { slack, alarms, clock, settles, ...world } = await start();
  await world.bot();

  for (let i = 0; i < 4; i++) {
    clock.advance(seconds(20));
    await alarms.fires('recommendation-low-ctr');
    await known(world, ALARM, 'firing');
    clock.advance(seconds(20));
    await alarms.recovers('recommendation-low-ctr');
    await known(world, ALARM, 'recovered');
  }
  await settles();

  const card = await slack.card('INC-1');
  await card.says('fired 4 times', 'Recovered');
  expect(slack.cards()).toHaveLength(1);
  expect(await world.incidents()).toHaveLength(1);
});

it.concurrent('resolves by itself after the watch, reopens soon after, and begins anew later', async ({ start }) => {
  const { slack, alarms, clock, ...world } = await start();
  await world.bot();
  await alarms.fires('recommendation-low-ctr');
  const card = await slack.card('INC-1');
  await alarms.recovers('recommendation-low-ctr');
  await card.says('resolves by itself');

  clock.advance(minutes(31));
  await card.says('by itself', 'Reopen');
  expect(await world.incident('INC-1')).toMatchObject({ status: 'resolved', resolvedBy: 'tocsin' });

  clock.advance(minutes(5));
  await alarms.fires('recommendation-low-ctr');
  await card.says('Triggered', 'reopened once');
  await alarms.recovers('recommendation-low-ctr');
  await card.says('resolves by itself');
  clock.advance(minutes(31));
  await card.says('by itself', 'Reopen');

  clock.advance(minutes(31));
  await alarms.fires('recommendation-low-ctr');
  await (await slack.card('INC-2')).says('Triggered');
  expect((await world.incident('INC-1')).status).toBe('resolved');
});

it.concurrent('groups the alarms of a service that come soon after each other, and no others', async ({ start }) => {
  const { slack, alarms, clock, ...world } = await start();
  await world.bot();

  await alarms.fires('sm-prod-5XX');
  const card = await slack.card('INC-1');
  clock.advance(minutes(9));
  await alarms.fires('bikeshare-infer-Errors-gt0');
  await card.says('2 alarms: 2 firing');
  await alarms.fires('staging-f1-low');
  expect((await slack.card('INC-2')).text()).toContain('staging');
  clock.advance(minutes(11));
  await alarms.fires('bikeshare-data-drift-failed');
  await slack.card('INC-3');

  expect(slack.cards()).toHaveLength(3);
});

it.concurrent('lets alarms join a silenced incident without a sound', async ({ start }) => {
  const { slack, alarms, clock, ana, settles, ...world } = await start();
  await world.bot();
  await alarms.fires('sm-prod-5XX');
  const card = await slack.card('INC-1');
  await eventually('a connection', () => slack.slack.sockets.connected());
  await ana.types('/incident silence INC-1 1h');
  await card.says('Silenced until');
  await settles();
  const told = card.thread().length;

  clock.advance(minutes(30));
  await alarms.fires('bikeshare-infer-Errors-gt0');
  await card.says('2 alarms: 2 firing');
  await alarms.recovers('bikeshare-infer-Errors-gt0');
  await alarms.recovers('sm-prod-5XX');
  await card.says('2 recovered');
  await settles();

  expect(card.thread()).toHaveLength(told);
  expect(slack.cards()).toHaveLength(1);
});

async function metric(url: string, _: unknown, outcome: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}
