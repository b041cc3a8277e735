import { setTimeout as sleep } from 'node:timers/promises';
import { buttons } from '../../src/slack/protocol.ts';
import { quantile } from '../numbers.ts';
import type { Row } from '../result.ts';
import { alarmName } from '../services.ts';
import type { SlackCall } from '../slack/calls.ts';
import type { Card, Pressed } from '../slack/main.ts';
import { onStage, type Stage, until, webhookOf } from '../stage.ts';
import { ALARMS, type Scene, SECONDS, secondsUntilVisible, unleash, VISIBLE_WITHIN_S } from '../unleash.ts';

const SHOWN_WITHIN_S = 2;
const PRESSES = 6;
const SCENES: readonly Scene[] = [
  { what: '10 services in 5 channels', services: 10, channels: 5 },
  { what: '500 services in 1 channel', services: 500, channels: 1 },
];

/** Thousands of different alarms within seconds, under Slack's own limits: when can each be seen, and do people get through? */
export async function storm(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const scene of SCENES) rows.push(...(await stormOver(scene)));
  return rows;
}

async function stormOver(scene: Scene): Promise<Row[]> {
  return onStage({ ...scene, rateLimits: true }, async (stage) => {
    const bot = await stage.startBot();
    const pressing = pressSome(stage);
    const unleashed = await unleash(stage, scene, webhookOf(bot, 64), (service, alarm) =>
      stage.alarms.notification(alarmName(service, alarm)),
    );
    const pressed = await pressing;

    const { shots, calls } = unleashed;
    const seconds = secondsUntilVisible(scene, unleashed);
    const shown = pressed.map((press) => (shownAt(press, calls) - press.at) / 1_000);
    const notStored = shots.statuses.filter((status) => status !== 200).length;
    const name = `${ALARMS.toLocaleString('en-US')} alarms in ${SECONDS} s, ${scene.what}`;
    return [
      { what: `${name}: not stored`, value: notStored, unit: 'alarms', atMost: 0 },
      { what: `${name}: visible, median`, value: quantile(seconds, 0.5), unit: 's' },
      { what: `${name}: visible, last`, value: Math.max(...seconds), unit: 's', atMost: VISIBLE_WITHIN_S },
      {
        what: `${name}: Acknowledge on its card, worst of ${PRESSES}`,
        value: Math.max(...shown),
        unit: 's',
        atMost: SHOWN_WITHIN_S,
      },
      { what: `${name}: messages to Slack`, value: calls.length, unit: 'calls' },
      { what: `${name}: refused by Slack`, value: calls.filter(({ ok }) => !ok).length, unit: 'calls' },
    ];
  });
}

/** Presses Acknowledge on one new card after the other, all through the storm. */
async function pressSome({ slack }: Stage): Promise<Pressed[]> {
  const pressed: Pressed[] = [];
  let card: Card | undefined;
  const findsOne = async () => {
    card = (await slack.call('cards')).find((one) => pressed.every(({ ts }) => ts !== one.ts));
    return card !== undefined;
  };
  while (pressed.length < PRESSES && (await until(findsOne)) && card !== undefined) {
    const { channel, ts }: Card = card;
    const press = { channel, ts, actionId: buttons.acknowledge.actionId };
    pressed.push(...(await slack.call('press', [press], 0)));
    await sleep((1_000 * SECONDS) / PRESSES);
  }
  return pressed;
}

function shownAt({ at, ts }: Pressed, calls: readonly SlackCall[]): number {
  const update = calls.find((call) => call.ts === ts && call.at >= at && call.ok && / Acknowledged\./.test(call.text));
  return update?.at ?? Number.POSITIVE_INFINITY;
}
