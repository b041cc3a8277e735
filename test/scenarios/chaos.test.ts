import { expect } from 'vitest';
import { pause } from '../support/eventually.ts';
import { it } from '../support/scenario.ts';
import { between, type Chaos, clickAll, expectNothingLost, fireAll, manyServices } from '../support/scenario-chaos.ts';

/** `CHAOS=full` is the size that is promised; the usual one is for every day. */
const IS_FULL = process.env.CHAOS === 'full';
const CHAOS: Chaos = IS_FULL
  ? { services: 120, alarms: 2_000, clicks: 200, lastsMs: 60_000 }
  : { services: 20, alarms: 200, clicks: 30, lastsMs: 5_000 };
const KILLS = IS_FULL ? 20 : 3;
const PATIENCE = IS_FULL ? 600_000 : 150_000;
/** The usual ones wait for leases more than they compute, so they run side by side. */
const run = IS_FULL ? it : it.concurrent;
const QUIET = { LOG_LEVEL: 'warn' };

/** A killed process leaves promises behind that it made to nobody: these are said while the other side is away. */
const AWAY = [
  /an interaction failed/,
  /inbox could not be read/,
  /Slack cannot be reached yet/,
  /cannot be taken now|could not be taken now/,
];

run('loses neither alarm nor click when the bot is killed at any moment', { timeout: PATIENCE }, async ({ start }) => {
  const scenario = await start({ services: manyServices(CHAOS.services), errors: AWAY });
  let bot = await scenario.botProcess(QUIET);

  const firing = fireAll(scenario, CHAOS);
  const clicking = clickAll(scenario, CHAOS.clicks);
  await atRandom(async () => {
    await bot.kill();
    bot = await scenario.botProcess(QUIET);
  });
  const [names, clicks] = await Promise.all([firing, clicking]);

  expect(clicks.length).toBeGreaterThanOrEqual(CHAOS.clicks);
  await expectNothingLost(scenario, names, clicks);
});

run('loses neither alarm nor click when Redis is killed at any moment', { timeout: PATIENCE }, async ({ start }) => {
  const scenario = await start({ services: manyServices(CHAOS.services), appendonly: true, errors: AWAY });
  await scenario.botProcess(QUIET);

  const firing = fireAll(scenario, CHAOS);
  const clicking = clickAll(scenario, CHAOS.clicks);
  await atRandom(async () => {
    await scenario.killRedis();
    await pause(between(0, 300));
    await scenario.reviveRedis();
  });
  const [names, clicks] = await Promise.all([firing, clicking]);

  await expectNothingLost(scenario, names, clicks);
});

run(
  'does everything once with two bots on one Redis, whichever of them dies',
  { timeout: PATIENCE },
  async ({ start }) => {
    const scenario = await start({ services: manyServices(CHAOS.services), errors: AWAY });
    const [first, second] = await Promise.all([scenario.botProcess(QUIET), scenario.secondBotProcess(QUIET)]);
    const bots = [first, second];

    const firing = fireAll(scenario, CHAOS);
    const clicking = clickAll(scenario, CHAOS.clicks);
    let turn = 0;
    await atRandom(async () => {
      const which = turn++ % 2;
      await bots[which]?.kill();
      await pause(between(0, 1_000));
      bots[which] = await (which === 0 ? scenario.botProcess(QUIET) : scenario.secondBotProcess(QUIET));
    });
    const [names, clicks] = await Promise.all([firing, clicking]);

    await expectNothingLost(scenario, names, clicks);
  },
);

/** Does the worst, as often as is promised, at random moments while alarms and clicks come. */
async function atRandom(worst: () => Promise<void>): Promise<void> {
  for (let done = 0; done < KILLS; done++) {
    await pause(between(0, (2 * CHAOS.lastsMs) / (KILLS + 2)));
    await worst();
  }
}
