import { buttons } from '../../src/slack/protocol.ts';
import { median, quantile } from '../numbers.ts';
import type { Row } from '../result.ts';
import { alarmName } from '../services.ts';
import { onStage, webhookOf } from '../stage.ts';
import { cardTimes } from './alarm-to-card.ts';

const PRESSES = 200;
const WARM_UP = 40;
const SECONDS = 10;
const PER_SECOND = 200;
const NOISY = 5;

/** From Slack's envelope of a press on Acknowledge to the bot's answer, while alarms keep joining a few other incidents. */
export async function acknowledge(): Promise<Row[]> {
  const cards = PRESSES + WARM_UP;
  return onStage({ services: cards + NOISY, channels: 10, rateLimits: false }, async (stage) => {
    const bot = await stage.startBot();
    await cardTimes(stage, bot, 0, cards);
    const targets = (await stage.slack.call('cards')).slice(0, cards);
    const presses = targets.map(({ channel, ts }) => ({ channel, ts, actionId: buttons.acknowledge.actionId }));
    const noise = Array.from({ length: SECONDS * PER_SECOND }, (_, i) =>
      stage.alarms.notification(alarmName(cards + (i % NOISY), i)),
    );

    await stage.slack.call('press', presses.slice(0, WARM_UP), 50);
    const shooting = stage.load.call('fire', webhookOf(bot), noise, 1_000 / PER_SECOND);
    const pressed = await stage.slack.call('press', presses.slice(WARM_UP), (1_000 * SECONDS) / PRESSES);
    const shots = await shooting;

    const times = pressed.map(({ ms, error }) => (error === null ? ms : Number.POSITIVE_INFINITY));
    const answers = shots.answeredAt.map((at, i) => at - (shots.sentAt[i] ?? 0));
    return [
      { what: `presses while ${PER_SECOND} alarms/s arrive`, value: PRESSES, unit: 'presses' },
      { what: 'envelope to answer, median', value: median(times), unit: 'ms' },
      { what: 'envelope to answer, p99', value: quantile(times, 0.99), unit: 'ms', atMost: 50 },
      { what: 'envelope to answer, worst', value: Math.max(...times), unit: 'ms' },
      { what: 'alarm webhook answered meanwhile, p99', value: quantile(answers, 0.99), unit: 'ms' },
    ];
  });
}
