import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { it } from '../support/scenario.ts';
import { manyServices } from '../support/scenario-chaos.ts';

/** More incidents than Slack takes cards in the seconds of this test, all for one channel. */
const SERVICES = 14;

it('shows a storm as one summary that shrinks and ends, and what people do meanwhile at once', async ({ start }) => {
  const services = Object.entries(manyServices(SERVICES)).map(([name, yaml]) => [
    name,
    yaml.replace(/C0\w+/, 'C0INCIDENTS'),
  ]);
  const { slack, alarms, ana, ...world } = await start({ rateLimits: true, services: Object.fromEntries(services) });
  await world.bot();

  for (const [name] of services) alarms.publishes({ name: `${name}-errors` });
  const summary = await eventually('a summary', () => slack.summaries()[0]);
  const waiting = () => Number(/(\d+) incidents?/.exec(summary.text())?.[1]);
  const atFirst = waiting();
  expect(atFirst).toBeGreaterThan(5);

  const card = slack.cards()[0] ?? (await slack.card('INC-1'));
  await eventually('a connection', () => slack.slack.sockets.connected());
  await ana.clicks(card, 'Acknowledge');
  await card.says('@ana has it');
  expect(slack.cards().length).toBeLessThan(SERVICES); // before the storm was over

  await eventually(
    () => `a smaller number in: ${summary.text()}`,
    () => waiting() < atFirst,
    15_000,
  );
  await world.settles(60_000);
  await eventually(
    () => `the end in: ${summary.text()}`,
    () => /over/i.test(summary.text()),
    15_000,
  );
  expect(slack.cards()).toHaveLength(SERVICES);
  expect(slack.summaries()).toHaveLength(1);
}, 120_000);
