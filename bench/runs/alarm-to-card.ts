import type { Bot } from '../bot.ts';
import { median, quantile } from '../numbers.ts';
import type { Row } from '../result.ts';
import { alarmName, serviceIn, serviceName } from '../services.ts';
import { onStage, type Stage, until, webhookOf } from '../stage.ts';

const PER_SECOND = 50;
const ALARMS = 500;
const WARM_UP = 150;
const CHANNELS = 10;

/** From the alarm being posted to its card arriving at Slack, each alarm of another service, so that each is a card. */
export async function alarmToCard(): Promise<Row[]> {
  const options = { services: WARM_UP + ALARMS, channels: CHANNELS, rateLimits: false };
  return onStage(options, async (stage) => {
    const bot = await stage.startBot();
    await cardTimes(stage, bot, 0, WARM_UP);
    const times = await cardTimes(stage, bot, WARM_UP, ALARMS);
    return [
      { what: `alarms at ${PER_SECOND}/s, each a card`, value: ALARMS, unit: 'alarms' },
      { what: 'alarm to card, median', value: median(times), unit: 'ms', atMost: 25 },
      { what: 'alarm to card, p90', value: quantile(times, 0.9), unit: 'ms' },
      { what: 'alarm to card, p99', value: quantile(times, 0.99), unit: 'ms', atMost: 100 },
      { what: 'alarm to card, worst', value: Math.max(...times), unit: 'ms' },
    ];
  });
}

/** Ms per alarm, of one alarm for each of `count` services; infinite for a card that did not come. */
export async function cardTimes(stage: Stage, bot: Bot, first: number, count: number): Promise<number[]> {
  const services = Array.from({ length: count }, (_, i) => first + i);
  const requests = services.map((service) => stage.alarms.notification(alarmName(service, 0)));
  const shots = await stage.load.call('fire', webhookOf(bot), requests, 1_000 / PER_SECOND);

  const posted = async () => new Map((await stage.slack.call('cards')).map((card) => [serviceIn(card.text), card]));
  await until(async () => (await posted()).size >= first + count, 10_000, 200);
  const cards = await posted();
  return services.map((service, i) => {
    const at = cards.get(serviceName(service))?.postedAt ?? Number.POSITIVE_INFINITY;
    return at - (shots.sentAt[i] ?? 0);
  });
}
