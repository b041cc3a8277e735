import { expect, onTestFinished } from 'vitest';
import { eventually, pause } from '../support/eventually.ts';
import { judge, live, type Outage, SERVICE, type Size, STEPS, startReceiver } from '../support/paging-chaos.ts';
import { it, type Scenario } from '../support/scenario.ts';
import { between } from '../support/scenario-chaos.ts';
import { watchStolenTime } from '../support/stolen-time.ts';

/** `CHAOS=full` is the size that is promised; the usual one is for every day. */
const IS_FULL = process.env.CHAOS === 'full';
const SIZE: Size = IS_FULL ? { incidents: 10_000, opensMs: 1_100_000 } : { incidents: 150, opensMs: 12_000 };
const KILLS = IS_FULL ? 30 : 3;
const PATIENCE = IS_FULL ? 2_400_000 : 200_000;
const LAST_STEP_MS = Math.max(...STEPS.map(({ afterMs }) => afterMs));
const QUIET = { LOG_LEVEL: 'warn' };
const AWAY = [/./]; // whatever a bot says whose Redis is killed: what counts here is what comes in

it('sends every page that the policy demands, once and in time, whenever bot and Redis are killed', {
  timeout: PATIENCE,
}, async ({ start }) => {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const scenario = await start({
    services: { chaos: SERVICE },
    appendonly: true,
    rateLimits: true,
    errors: AWAY,
    env: receiver.env,
  });
  const outages: Outage[] = [];
  const machine = watchStolenTime();
  onTestFinished(() => void machine.stop());
  let bot = await readyBot(scenario);

  const living = live(scenario, receiver.env, SIZE);
  for (let kill = 0; kill < KILLS; kill++) {
    await pause(between(SIZE.opensMs / KILLS / 2, SIZE.opensMs / KILLS));
    const from = Date.now();
    const what = kill % 3 === 2 ? 'Redis' : 'the bot';
    if (what === 'Redis') {
      await scenario.killRedis();
      await pause(between(0, 500));
      await scenario.reviveRedis();
      await untilReady(scenario);
    } else {
      await bot.kill();
      await pause(between(0, 1_000));
      bot = await readyBot(scenario);
    }
    outages.push({ what, from, to: Date.now() });
  }
  const lives = await living;
  await pause(LAST_STEP_MS + 4_000);

  const stolen = machine.stop();
  const stolenMs = stolen.reduce((sum, { from, to }) => sum + to - from, 0);
  const verdict = judge(lives, receiver.arrivals, outages);
  process.stdout.write(`pages: ${JSON.stringify({ ...verdict, wrong: verdict.wrong.length, stolenMs })}\n`);
  expect(verdict.wrong).toEqual([]);
  expect(verdict.arrived).toBeGreaterThan(SIZE.incidents * 3);
  expect(verdict.twice).toBeLessThan(KILLS * 40);
});

async function readyBot(scenario: Scenario) {
  const bot = await scenario.botProcess(QUIET);
  await untilReady(scenario);
  return bot;
}

/** It takes alarms, and has Redis and Slack. */
async function untilReady({ botUrl }: Scenario): Promise<void> {
  await eventually(
    'a bot that is ready',
    async () => {
      const answer = await fetch(`${botUrl}/readyz`).catch(() => null);
      return answer?.status === 200;
    },
    90_000,
  );
}
