import { expect, onTestFinished } from 'vitest';
import { isUnderWay, type Run } from '../../src/domain/run.ts';
import { askForRuns, MACHINE_SERVICE, type MachineKind, startMachines } from '../support/actions-chaos.ts';
import { eventually, pause } from '../support/eventually.ts';
import { it, type Scenario } from '../support/scenario.ts';
import { between } from '../support/scenario-chaos.ts';

const IS_FULL = process.env.CHAOS === 'full';
const SIZE = IS_FULL ? { runs: 600, overMs: 180_000, kills: 40 } : { runs: 45, overMs: 12_000, kills: 4 };
const PATIENCE = IS_FULL ? 900_000 : 280_000;
const QUIET = { LOG_LEVEL: 'warn' };
const AWAY = [/./]; // whatever a bot says whose Redis is killed: what counts here is what the machines did

it('turns no machine twice and lets no run hang, whenever bot and Redis are killed', {
  timeout: PATIENCE,
}, async ({ start }) => {
  const machines = await startMachines();
  onTestFinished(() => machines.close());
  const scenario = await start({
    ...{ services: { machines: MACHINE_SERVICE }, appendonly: true, rateLimits: true, errors: AWAY },
    env: machines.env,
  });
  const asking = askForRuns(scenario, machines.env, SIZE.runs, SIZE.overMs);
  await killAgainAndAgain(scenario);
  const { asked, load } = await asking;
  const states: Record<string, number> = {};

  for (const { incident, kind, machine } of asked) {
    const run = await eventually(
      `an end of the run in ${incident}`,
      async () => {
        const found = (await load(incident))?.runs[0];
        return found && (!isUnderWay(found) || isGivenUp(kind, found)) ? found : null;
      },
      PATIENCE / 2,
    );
    states[`${kind} ${run.state}`] = (states[`${kind} ${run.state}`] ?? 0) + 1;
    expectRight(kind, machine, run, machines.turns.get(machine) ?? 0);
  }
  process.stdout.write(`runs: ${JSON.stringify(states)}\n`);
  expect(asked.length).toBeGreaterThan(SIZE.runs / 2);
});

/** Every fourth time Redis, else the bot. */
async function killAgainAndAgain(scenario: Scenario): Promise<void> {
  let bot = await readyBot(scenario);
  for (let kill = 0; kill < SIZE.kills; kill++) {
    await pause(between(SIZE.overMs / SIZE.kills / 2, SIZE.overMs / SIZE.kills));
    if (kill % 4 === 3) {
      await scenario.killRedis();
      await pause(between(0, 500));
      await scenario.reviveRedis();
    } else {
      await bot.kill();
      bot = await readyBot(scenario);
    }
  }
}

/** So often what may be asked for again is; each answer may be one of those that are lost. */
const SENDINGS = 3;

/** What can be seen, or may be asked for again, is done, once; of the rest it is said that nobody can tell. */
function expectRight(kind: MachineKind, machine: string, run: Run, turns: number): void {
  expect([machine, turns <= 1]).toEqual([machine, true]);
  if (isGivenUp(kind, run)) return;
  expect([machine, run.why !== '']).toEqual([machine, true]);
  if (run.state === 'done') expect([machine, turns]).toEqual([machine, 1]);
  const mayBeUnknown = kind === 'blind' || (kind === 'knows' && run.sendings === SENDINGS);
  expect([machine, run.why, mayBeUnknown ? ['done', 'unknown'] : ['done']]).toEqual([
    ...[machine, run.why, expect.arrayContaining([run.state])],
  ]);
}

/** What shows nothing is looked at for two minutes before it ends unknown: too long for every day, where it must not be sent twice. */
function isGivenUp(kind: MachineKind, { state, sendings }: Run): boolean {
  return !IS_FULL && kind === 'blind' && state === 'executing' && sendings === 1;
}

async function readyBot(scenario: Scenario) {
  const bot = await scenario.botProcess(QUIET);
  await eventually(
    'a bot that is ready',
    async () => (await fetch(`${scenario.botUrl}/readyz`).catch(() => null))?.status === 200,
    90_000,
  );
  return bot;
}
