import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { eventually, pause } from '../support/eventually.ts';
import { it } from '../support/scenario.ts';
import { clickAll, expectNothingLost, fireAll, manyServices } from '../support/scenario-chaos.ts';

const BUSY = { services: 10, alarms: 150, clicks: 12, lastsMs: 2_500 };

it.concurrent('ends in order under traffic: it loses nothing, exits with 0, and the next one goes on', async ({
  start,
}) => {
  const scenario = await start({ services: manyServices(BUSY.services) });
  const bot = await scenario.botProcess();
  const firing = fireAll(scenario, BUSY);
  const clicking = clickAll(scenario, BUSY.clicks);
  await scenario.slack.card('INC-3');
  await pause(300);

  bot.signal('SIGTERM');
  expect(await Promise.race([bot.exited, pause(10_000).then(() => 'still there')])).toBe(0);
  expect(await scenario.redis.keys('{tocsin}:lease:*')).toEqual([]); // the next one need not wait for anything
  await scenario.botProcess();
  const [names, clicks] = await Promise.all([firing, clicking]);

  await expectNothingLost(scenario, names, clicks);
}, 60_000);

it.concurrent('reads the service files again on SIGHUP, and keeps the old ones while the new are broken', async ({
  start,
}) => {
  const { slack, alarms, servicesDir, log, ...world } = await start({
    services: { known: 'owner: Team\nchannel: C0INCIDENTS\nalarms: [{ match: "known-*", severity: P1 }]' },
    errors: [/service files are not valid/],
  });
  const bot = await world.botProcess();

  const broken = 'owner: Team\nchannel: C0RECOMMEND\nalarms: [{ match: "added-*", severity: P2, runbook: nowhere }]';
  await writeFile(join(servicesDir, 'broken.yml'), broken);
  bot.signal('SIGHUP');
  await eventually('a complaint', () => log.some(({ msg }) => /not valid/.test(msg)));
  await eventually('a notice', () => slack.notices().length > 0);
  expect(slack.notices()[0]?.text()).toContain('the ones from before stay in force');
  expect(slack.notices()[0]?.text()).toContain('broken.yml:3 alarms[0].runbook: There is no runbook nowhere');
  alarms.publishes({ name: 'known-errors' });
  expect((await slack.card('INC-1')).channel).toBe('C0INCIDENTS');

  const added = 'owner: Team\nchannel: C0RECOMMEND\nalarms: [{ match: "added-*", severity: P2 }]';
  await writeFile(join(servicesDir, 'broken.yml'), added);
  bot.signal('SIGHUP');
  await eventually('the new set', () => log.some(({ msg }) => /read again/.test(msg)));
  alarms.publishes({ name: 'added-errors' });
  expect((await slack.card('INC-2')).channel).toBe('C0RECOMMEND');
}, 40_000);
